import { primaryLanguage } from "../language.ts";

/** How people shorten words in chats, plain, and what they mean. Only what is hardly ever meant otherwise. */
const SHORT_FORMS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    "pt",
    toMap(`vc=voce, c=voce, ce=voce, vcs=voces, q=que, oq=o que, k=que, ke=que, pq=por que, pk=por que,
      porq=por que, prq=por que, tbm=tambem, tb=tambem, tmb=tambem, n=nao, nn=nao, naum=nao, ta=esta, to=estou,
      tou=estou, tava=estava, tamo=estamos, tao=estao, pra=para, pro=para o, pras=para as, p=para, qdo=quando,
      qnd=quando, qndo=quando, qto=quanto, qnto=quanto, qt=quanto, cmg=comigo, msg=mensagem, hj=hoje, dps=depois,
      agr=agora, vlw=valeu, flw=falou, blz=beleza, obg=obrigado, obgd=obrigado, obgda=obrigada, brigado=obrigado,
      brigada=obrigada, pfv=por favor, pf=por favor, pfvr=por favor, fvr=favor, td=tudo, tds=todos, mt=muito,
      mto=muito, mta=muita, eh=e, tel=telefone, cel=celular, end=endereco, doc=documento, docs=documentos,
      info=informacao, hr=hora, hrs=horas, min=minuto, fds=fim de semana, kd=onde, cade=onde, aki=aqui, aq=aqui,
      axo=acho, qro=quero, kero=quero, qria=queria, s=sim, ss=sim, att=atualizar, dnv=de novo, cm=com, nd=nada,
      ngm=ninguem, algm=alguem, msm=mesmo, 2a=segunda, 2via=segunda via, tks=obrigado, thx=obrigado,
      oie=oi, eai=e ai, zap=whatsapp, zp=whatsapp`),
  ],
  [
    "es",
    toMap(`q=que, k=que, xq=por que, pq=por que, porq=por que, xk=por que, d=de, x=por, tb=tambien, tmb=tambien,
      tbn=tambien, bn=bien, grax=gracias, grs=gracias, grcs=gracias, pls=por favor, porfa=por favor, xfa=por favor,
      xfavor=por favor, porfis=por favor, tel=telefono, cel=celular, msj=mensaje, info=informacion, dnd=donde,
      dond=donde, cdo=cuando, cto=cuanto, kiero=quiero, qiero=quiero, kero=quiero, ola=hola, holi=hola, toy=estoy,
      ta=esta, toi=estoy, pa=para, hs=horas, hr=hora, hrs=horas, min=minuto, finde=fin de semana, aki=aqui,
      aka=aca, nd=nada, tds=todos, ud=usted, uds=ustedes, doc=documento, docs=documentos, 2da=segunda, dsp=despues,
      ahr=ahora, msm=mismo, bnos=buenos, bnas=buenas, gcias=gracias, wsp=whatsapp`),
  ],
  [
    "en",
    toMap(`u=you, ya=you, ur=your, r=are, pls=please, plz=please, plss=please, thx=thanks, tks=thanks, tnx=thanks,
      ty=thank you, cuz=because, bc=because, coz=because, b4=before, gonna=going to, wanna=want to, gotta=got to,
      lemme=let me, gimme=give me, dont=do not, cant=can not, wont=will not, isnt=is not, aint=is not,
      doesnt=does not, didnt=did not, im=i am, ive=i have, idk=i do not know, asap=soon, rn=now, tmrw=tomorrow,
      tmr=tomorrow, 2day=today, hv=have, whr=where, wat=what, wut=what, wen=when, hw=how, abt=about,
      info=information, appt=appointment, apt=appointment, ppl=people, msg=message, hrs=hours, hr=hour,
      docs=documents, doc=document, k=ok, gud=good, hii=hi, nite=night`),
  ],
]);

/** Writes out what people shorten in a language; other words stay. Works on plain words. */
export function spellOut(words: readonly string[], language: string): readonly string[] {
  const forms = SHORT_FORMS.get(primaryLanguage(language));
  return words.flatMap((word) => forms?.get(word)?.split(" ") ?? [word]);
}

function toMap(written: string): ReadonlyMap<string, string> {
  const pairs = written.split(/,\s+/).map((pair) => pair.split("="));
  return new Map(pairs.map(([short = "", long = ""]) => [short, long]));
}
