import { useState } from "preact/hooks";
import { EMPTY_LIST } from "./wizard/list-form.ts";
import { NewCampaign } from "./wizard/new-campaign.tsx";
import { Wizard } from "./wizard/wizard.tsx";

/** The way to a campaign. The list that was chosen outlives a draft that is made anew for another channel. */
export function ImportPage({ id }: { readonly id?: string }) {
  const [list, setList] = useState(EMPTY_LIST);
  if (id === undefined) return <NewCampaign />;
  return <Wizard key={id} id={id} list={list} onList={setList} />;
}
