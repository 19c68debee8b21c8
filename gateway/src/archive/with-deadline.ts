import { RequestRefused } from '../refusal.ts'
import type { ArchiveReader } from './archive-reader.ts'

/** An archive whose pages all come within `withinMs` from now; a later one is refused. */
export function withDeadline(
  archive: Pick<ArchiveReader, 'page'>,
  withinMs: number,
): Pick<ArchiveReader, 'page'> {
  const refusal = new RequestRefused(
    'archive_unavailable',
    `the archive did not answer within ${withinMs} ms; try again, or ask for a shorter range`,
  )
  const signal = AbortSignal.timeout(withinMs)
  const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(refusal)))
  // It may have no waiting caller when the time is over.
  late.catch(() => undefined)
  return { page: (...given) => (signal.aborted ? late : Promise.race([archive.page(...given), late])) }
}
