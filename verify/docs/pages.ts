import {globSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {blocksOf, type Block, type Kind} from './blocks.ts';

export type Page = {file: string; text: string; blocks: Block[]};

const LEFT_OUT = new Set(['node_modules', 'verify/docs/test']);

/** Every page of this repository. */
export const allPages = (): string[] => globSync('**/*.md', {exclude: path => LEFT_OUT.has(path)}).toSorted();

/** Those of the pages that have blocks of this kind, each with them. @throws an error for a comment that is not understood. */
export async function pagesWith(kind: Kind, files: string[]): Promise<Page[]> {
  const pages = await Promise.all(
    files.map(async file => {
      const text = await readFile(file, 'utf8');
      return {file, text, blocks: blocksOf(text, file).filter(block => block.kind === kind)};
    }),
  );
  return pages.filter(({blocks}) => blocks.length > 0);
}
