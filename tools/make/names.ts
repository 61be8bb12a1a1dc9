/** The two words of a service: its name, which is that of many (`orders`), and that of one (`order`). */
export type Words = {many: string; one: string};

/** A word that is no name for a service, and why. */
export class BadName extends Error {
  override name = 'BadName';
}

const LONGEST = 30;

/**
 * The words for a service that is called by one of them.
 * @throws BadName if it cannot be the name of a folder, an image, a Kubernetes object and a variable.
 */
export function wordsOf(name: string, plural?: string): Words {
  const words =
    plural === undefined && name.endsWith('s') ? {many: name, one: singularOf(name)} : pluralOf(name, plural);
  for (const word of [words.many, words.one]) check(word);
  if (words.many === words.one) throw new BadName(`${name}: one and many are the same word; name both with --plural`);
  return words;
}

const pluralOf = (
  one: string,
  plural = one.replace(/(?<![aeiou])y$/u, 'ie').replace(/(?:s|x|z|ch|sh)$/u, '$&e') + 's',
) => ({
  many: plural,
  one,
});

function singularOf(many: string): string {
  if (many.endsWith('ies')) return `${many.slice(0, -3)}y`;
  return many.replace(/(?<=s|x|z|ch|sh)es$|s$/u, '');
}

function check(word: string): void {
  // No hyphen: a variable has the same name.
  if (!/^[a-z][a-z0-9]*$/u.test(word)) throw new BadName(`${word}: a name has only a to z and digits, after a letter`);
  if (word.length > LONGEST) throw new BadName(`${word}: a name has at most ${LONGEST} characters`);
  if (RESERVED.has(word)) throw new BadName(`${word}: a word of the language`);
}

const RESERVED = new Set(
  `arguments as async await boolean break case catch class const continue debugger declare default delete do else enum
  eval export extends false finally for from function get if implements import in infer instanceof interface is keyof
  let module namespace never new null number object of package private protected public readonly require return
  satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown using var
  void while with yield`.split(/\s+/u),
);

/**
 * Renames words in a text wherever they stand as a word or as a part of an identifier, in lower case, capitalised or in
 * capitals, and corrects the article before them. All pairs at once, so that users can become orders while orders
 * becomes payments.
 */
export function renamer(pairs: [from: Words, to: Words][]): (text: string) => string {
  const all = pairs.flatMap(
    ([from, to]) =>
      [
        [from.many, to.many],
        [from.one, to.one],
      ] as [string, string][],
  );
  const styles = [(word: string) => word, capitalised, (word: string) => word.toUpperCase()];
  const renamed = new Map(all.flatMap(([from, to]) => styles.map(style => [style(from), style(to)])));
  const longestFirst = [...renamed.keys()].toSorted((one, other) => other.length - one.length);
  const [lower, title, upper] = [/^[a-z]/u, /^[A-Z][a-z]/u, /^[A-Z]+$/u].map(style =>
    longestFirst.filter(word => style.test(word)).join('|'),
  );
  const word = `(?<![a-z])(?:${lower})(?![a-z])|(?:${title})(?![a-z])|(?<![A-Z])(?:${upper})(?![A-Za-z])`;
  const pattern = new RegExp(`(?:\\b([Aa])n?( \`?))?(${word})`, 'gu');
  return text =>
    text.replaceAll(pattern, (_all, article: string | undefined, space: string | undefined, found: string) => {
      const to = renamed.get(found) ?? found;
      return article === undefined ? to : `${article}${/^[aeio]/iu.test(to) ? 'n' : ''}${space}${to}`;
    });
}

export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
