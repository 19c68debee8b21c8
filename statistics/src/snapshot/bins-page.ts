import { bytesPerId, IdSet } from '../collections/id-set.ts'
import { PageCursor } from '../collections/page-buffer.ts'
import { Bin, BinHistory, binMs } from '../moments/bins.ts'
import { RecentBins } from '../moments/recent-bins.ts'
import { pagePrefix, type PageReader, type PageWriter } from './pages.ts'
import { readable } from './state-record.ts'

/** The names of a bin's collections, as parts of their keys. */
const kinds = { people: 'bin-people', again: 'bin-again' } as const

/**
 * Writes the bins of a channel as one page, because most of them hold a few messages: one page per bin costs more than what is in
 * it. Only the people of a crowded bin have pages of their own. Returns the page's length.
 */
export function writeBins(id: string, bins: RecentBins, writer: PageWriter): number {
  const { inline } = writer
  const start = inline.length
  inline.addCount(bins.history.bytes)
  bins.history.save(inline)
  for (const bin of bins.all) {
    const { index, capped, messages, moods, people, again } = bin
    inline.addCount(index)
    inline.addCount(capped)
    inline.addCount(messages)
    inline.addCount(moods.positive)
    inline.addCount(moods.negative)
    inline.addCount(moods.neutral)
    writePeople(id, index, kinds.people, people, writer)
    writePeople(id, index, kinds.again, again, writer)
  }
  return inline.length - start
}

/** How many pages of their own they have, or 0, how many they are, and they themselves. */
function writePeople(id: string, index: number, kind: string, people: IdSet | undefined, writer: PageWriter) {
  const { inline } = writer
  if (people !== undefined && people.pageCount > 1) {
    const [, pages] = writer.add(id, index * binMs, kind, people, false)
    inline.addCount(pages)
    return
  }
  inline.addCount(0)
  inline.addCount(people?.size ?? 0)
  if (people !== undefined && people.size > 0) people.writePage(0, inline)
}

/** Reads what `writeBins` wrote, `bytes` long. Throws `UnreadableState`. */
export function readBins(id: string, bytes: number, reader: PageReader): RecentBins {
  return readable(id, () => {
    const cursor = new PageCursor(reader.takeInline(bytes))
    const history = new BinHistory()
    history.restore(cursor.readBytes(cursor.readCount()))
    const bins: Bin[] = []
    while (!cursor.isAtEnd) bins.push(readBin(id, cursor, reader))
    return new RecentBins(history, bins)
  })
}

function readBin(id: string, cursor: PageCursor, reader: PageReader): Bin {
  const bin = new Bin(cursor.readCount())
  bin.capped = cursor.readCount()
  bin.messages = cursor.readCount()
  const [positive, negative, neutral] = [cursor.readCount(), cursor.readCount(), cursor.readCount()]
  bin.moods = { positive, negative, neutral }
  readPeople(pagePrefix(id, bin.index * binMs, kinds.people), bin.people, cursor, reader)
  const again = new IdSet()
  readPeople(pagePrefix(id, bin.index * binMs, kinds.again), again, cursor, reader)
  if (again.size > 0) bin.again = again
  return bin
}

function readPeople(prefix: string, people: IdSet, cursor: PageCursor, reader: PageReader): void {
  const pages = cursor.readCount()
  if (pages > 0) return reader.read(prefix, people, [0, pages])
  const size = cursor.readCount()
  if (size === 0) return
  const place = { number: 0, isLast: true, isWritten: false }
  people.restorePage(cursor.readBytes(size * bytesPerId), place)
}
