import { readdir, readFile } from 'node:fs/promises'
import { inMegabytes } from '../harness/format.ts'

const maxGrowth = 1.15
const spareBytes = 16 * 1024 * 1024
const spareHandles = 10

/** What a process uses at one moment. Linux only. */
export interface Sample {
  /** The process's own memory, without mapped files. */
  bytes: number
  handles: number
}

export async function sampleOf(pid: number | undefined): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const bytes = Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  return { bytes, handles: (await readdir(`/proc/${pid}/fd`)).length }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** The median of each third of the time. */
function thirds(values: readonly number[]): [number, number, number] {
  const cut = (third: number) => Math.floor((third * values.length) / 3)
  const of = (third: number) => median(values.slice(cut(third), cut(third + 1)))
  return [of(0), of(1), of(2)]
}

/** Prints what each process used, as a Markdown table. */
export function printFootprints(samples: ReadonlyMap<string, readonly Sample[]>): void {
  console.log(
    '\n| process | memory, median of each third | most | file handles, median of each third | most |',
  )
  console.log('| --- | --- | --- | --- | --- |')
  for (const [name, taken] of samples) {
    const bytes = taken.map((sample) => sample.bytes)
    const handles = taken.map((sample) => sample.handles)
    const cells = [
      name,
      thirds(bytes).map(inMegabytes).join(', '),
      inMegabytes(Math.max(...bytes)),
      thirds(handles).join(', '),
      Math.max(...handles),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** What grew from the second third of the time to the last. In the first third, windows still fill. */
export function growth(name: string, taken: readonly Sample[]): string[] {
  const [, bytesBefore, bytes] = thirds(taken.map((sample) => sample.bytes))
  const [, handlesBefore, handles] = thirds(taken.map((sample) => sample.handles))
  return [
    ...(bytes > bytesBefore * maxGrowth + spareBytes
      ? [`${name} went from ${inMegabytes(bytesBefore)} to ${inMegabytes(bytes)}`]
      : []),
    ...(handles > handlesBefore + spareHandles
      ? [`${name} went from ${handlesBefore} to ${handles} file handles`]
      : []),
  ]
}
