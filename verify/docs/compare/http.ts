import {isLikeJson} from './json.ts';
import {ANYTHING, isLikeText} from './text.ts';

type Answer = {status: string; headers: string[]; body: string};

/** Whether these are the same answers: each with its status, the headers that are shown, and the body where one is shown. */
export function isLikeHttp(shown: string, printed: string): boolean {
  const answers = answersIn(printed);
  const expected = answersIn(shown);
  return expected.length === answers.length && expected.every((one, index) => isLike(one, answers[index]));
}

const isLike = (shown: Answer, printed: Answer | undefined): boolean =>
  shown.status === printed?.status &&
  shown.headers.every(header => printed.headers.some(other => isLikeText(header, other))) &&
  (!shown.body || isLikeText(shown.body, printed.body) || isLikeJson(shown.body, printed.body));

/** The answers in what `curl --include` prints, which puts no new line after a body. */
function answersIn(text: string): Answer[] {
  const answers = text.replaceAll('\r', '').split(/(?=HTTP\/\d)/u);
  return answers.map(answer => {
    const [head = '', ...paragraphs] = answer.trim().split('\n\n');
    const [status = '', ...lines] = head.split('\n').filter(line => line !== ANYTHING);
    const headers = lines.map(line => line.replace(/^[^:]+/u, name => name.toLowerCase()));
    return {status, headers, body: paragraphs.join('\n\n')};
  });
}
