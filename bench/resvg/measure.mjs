// Times resvg's render() of parsed drawings, one thread. Reads lines "path size milliseconds"; answers each with the median and the
// least time of a render in milliseconds. The caller takes turns with it, so that both see the same load on the machine.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Resvg } from '@resvg/resvg-js';

for await (const line of createInterface({ input: process.stdin })) {
  const [path, size, budget] = line.split('\t');
  const svg = new Resvg(readFileSync(path, 'utf8'), { fitTo: { mode: 'width', value: Number(size) }, font: { loadSystemFonts: false } });
  const times = [];
  const end = performance.now() + Number(budget);
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    svg.render();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`${times[times.length >> 1]}\t${times[0]}`);
}
