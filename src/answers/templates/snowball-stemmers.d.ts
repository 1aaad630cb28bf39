/** The package brings no types. Source: its README. */
declare module "snowball-stemmers" {
  const snowball: {
    readonly newStemmer: (algorithm: string) => { readonly stem: (word: string) => string };
  };
  export = snowball;
}
