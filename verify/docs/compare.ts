import type {Shown} from './blocks.ts';
import {isLikeHttp} from './compare/http.ts';
import {isLikeJson} from './compare/json.ts';
import {isLikeText} from './compare/text.ts';

const isLike = {text: isLikeText, json: isLikeJson, http: isLikeHttp};

/** Why this output is not what the page shows, if it is not. Ids, times and the like are masked; `…` stands for anything. */
export function difference({language, text}: Shown, printed: string): string | undefined {
  return isLike[language](text, printed) ? undefined : `it shows\n${text.trim()}\nbut prints\n${printed.trim()}`;
}
