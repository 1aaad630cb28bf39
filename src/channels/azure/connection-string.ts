/** Where a resource of Azure Communication Services is, and its access key in base64. */
export interface AzureResource {
  readonly endpoint: string;
  readonly accessKey: string;
}

const BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/;

/**
 * Reads `endpoint=https://…;accesskey=…`, its parts in any order; undefined where one is missing or no address or base64. The
 * endpoint loses its closing slashes. Source: Azure Communication Services documentation, connection strings.
 */
export function parseConnectionString(text: string): AzureResource | undefined {
  const parts = text.split(";").map((part) => {
    const at = part.indexOf("=");
    return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const;
  });
  const valueOf = (name: string) => parts.find(([key]) => key === name)?.[1] ?? "";
  const endpoint = valueOf("endpoint").replace(/\/+$/, "");
  const accessKey = valueOf("accesskey");
  if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint)) return undefined;
  return isAccessKey(accessKey) ? { endpoint, accessKey } : undefined;
}

/** Tells whether a text may be an access key: base64 of at least a few bytes. */
export function isAccessKey(text: string): boolean {
  return BASE64.test(text);
}
