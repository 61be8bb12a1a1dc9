import test from 'ava';
import {randomHex} from '../random.ts';

test('random text has two hexadecimal digits for each byte, and none repeats over many pools', t => {
  const texts = Array.from({length: 20_000}, (_, index) => randomHex(index % 2 === 0 ? 8 : 16));

  t.is(new Set(texts.map(text => text.slice(0, 16))).size, texts.length);
  t.true(texts.every((text, index) => /^[0-9a-f]+$/u.test(text) && text.length === (index % 2 === 0 ? 16 : 32)));
});

test('every digit is about as frequent as every other', t => {
  const digits = Array.from({length: 10_000}, () => randomHex(8)).join('');

  for (const digit of '0123456789abcdef') {
    const share = digits.split(digit).length / digits.length;
    // 160,000 digits: nine standard deviations of a fair share.
    t.true(Math.abs(share - 1 / 16) < 0.0055, digit);
  }
});
