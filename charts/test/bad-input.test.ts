import test from 'ava';
import {database} from './bad-input/database.ts';
import {images} from './bad-input/images.ts';
import {names} from './bad-input/names.ts';
import {pods} from './bad-input/pods.ts';
import {publishing} from './bad-input/publishing.ts';
import {scaling} from './bad-input/scaling.ts';
import {settings} from './bad-input/settings.ts';
import {umbrella} from './bad-input/umbrella.ts';
import {complaintAbout} from './render.ts';

const refusals = [...images, ...names, ...publishing, ...scaling, ...pods, ...settings, ...database, ...umbrella];

/** What a sentence of the charts says to do. */
const TO_DO =
  /(?:; |, or |, so |, )(?:add|change|choose|give|let|list|make|raise|remove|run|set|write)\b|\b(?:must be|must name|must allow) /u;
/** What helm says of names, types and bounds. */
const OF_SCHEMA =
  /, want |value must be one of|additional properties '\w+' not allowed|items at \d+ and \d+ are equal/u;

for (const [chart, what, values, says, options] of refusals) {
  test(`${chart} refuses ${what}, and says what to write instead`, async t => {
    const complaint = await complaintAbout(chart, values, options);

    t.regex(complaint, says);
    t.regex(complaint, complaint.includes('the schema(s)') ? OF_SCHEMA : TO_DO);
  });
}

test('at least 60 kinds of values are refused', t => {
  const sentences = new Set(refusals.map(([chart, , , says]) => `${chart} ${says.source}`));

  t.true(sentences.size >= 60, `${sentences.size}`);
});
