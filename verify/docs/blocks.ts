export type Kind = 'local' | 'cluster';

/** The output that a page shows below a block. */
export type Shown = {language: 'json' | 'text' | 'http'; text: string};

/** A block of shell in a page. */
export type Block = {
  /** The page and the line where the block begins. */
  place: string;
  kind: Kind;
  text: string;
  shown?: Shown;
  /** Why the block is not run. */
  notRun?: string;
  /** What is run in place of the block. */
  as?: string;
  /** What is run before the block, since the page takes it for granted. */
  given?: string;
  /** The block runs in the background, and the next one begins when this URL answers. */
  until?: string;
};

// A fence with the comments directly before it. A longer fence may hold shorter ones.
const FENCE =
  /(?<comments>(?:<!--(?:(?!-->)[^])*-->\s*)*)^(?<indent> *)(?<ticks>`{3,})(?<language>[a-z]*)[^\n]*\n(?<body>[^]*?)^ *\k<ticks>$/gmu;
const COMMENT = /<!--\s*(?<word>[^:]*?)\s*(?::\s*(?<value>[^]*?)\s*)?-->/gu;
const OTHER_SHELLS = new Set(['bash', 'console', 'shell', 'shellsession', 'zsh']);

/**
 * The blocks of a page in their order, each with what is shown below it.
 * @throws an error for a comment before a block that says nothing known, and for a block of another shell than sh.
 */
export function blocksOf(markdown: string, page: string): Block[] {
  const blocks: Block[] = [];
  let before: Block | undefined;
  for (const {line, language, text, comments, isNext} of fencesIn(markdown)) {
    const place = `${page}:${line}`;
    if (OTHER_SHELLS.has(language)) throw new Error(`${place}: a block of ${language} is not run; make it one of sh`);
    if (before && isNext && isShown(language)) before.shown = shownBelow(before, {language, text});
    before = language === 'sh' ? {place, text, kind: 'local', ...remarksIn(comments, place)} : undefined;
    if (before) blocks.push(before);
  }
  return blocks;
}

type Fence = {line: number; language: string; text: string; comments: string; isNext: boolean};

function* fencesIn(markdown: string): Generator<Fence> {
  let end = 0;
  for (const {index, 0: all, groups: {comments = '', indent = '', language = '', body = ''} = {}} of markdown.matchAll(
    FENCE,
  )) {
    yield {
      line: markdown.slice(0, index + comments.length).split('\n').length,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gmu'), ''),
      comments,
      // Nothing stands between it and the fence before.
      isNext: markdown.slice(end, index).trim() === '' && !comments,
    };
    end = index + all.length;
  }
}

const isShown = (language: string): language is Shown['language'] => ['json', 'text', 'http'].includes(language);

function shownBelow({until, place}: Block, shown: Shown): Shown {
  if (until) throw new Error(`${place}: what a block in the background prints is not compared`);
  return shown;
}

const REMARKS: Record<string, (value: string) => Partial<Block>> = {
  background: value => ({until: value.replace(/^until /u, '')}),
  'not run': notRun => ({notRun}),
  as: as => ({as}),
  given: given => ({given}),
};

/** What the comments before a block say of it. */
function remarksIn(comments: string, place: string): Partial<Block> {
  const remarks = [...comments.matchAll(COMMENT)].map(({groups: {word = '', value = ''} = {}}) => {
    if (word === 'cluster') return {kind: 'cluster'};
    const remark = value && REMARKS[word]?.(value);
    if (!remark) throw new Error(`${place}: the comment "${word}" is unknown, or says nothing after its colon`);
    return remark;
  });
  return Object.assign({}, ...remarks) as Partial<Block>;
}
