import { expect, test } from "@jest/globals";
import { redisUrl } from "../../src/config/redis-url.ts";

test.each([
  { label: "a URL as it is", text: "redis://localhost:6379/2", want: "redis://localhost:6379/2" },
  { label: "a URL with TLS as it is", text: "rediss://:p@h:6380", want: "rediss://:p@h:6380" },
  {
    label: "an access key that ends in = signs",
    text: "ponte.example.net:6380,password=aB+/c==,ssl=True,abortConnect=False",
    want: "rediss://:aB%2B%2Fc%3D%3D@ponte.example.net:6380",
  },
  { label: "no TLS unless asked for", text: "h:6379,ssl=False", want: "redis://h:6379" },
  {
    label: "options in any case and with spaces",
    text: "h:6380, Password=x, SSL=true",
    want: "rediss://:x@h:6380",
  },
  { label: "a user", text: "h:6379,user=u,password=p", want: "redis://u:p@h:6379" },
  { label: "nothing without a port", text: "ponte.example.net,password=x", want: undefined },
  { label: "nothing for another scheme", text: "http://h:6379", want: undefined },
  { label: "nothing for a URL that cannot be read", text: "redis://h:port", want: undefined },
])("gives $label", ({ text, want }) => {
  expect(redisUrl(text)).toBe(want);
});
