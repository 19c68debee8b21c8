import type { StreamSummary } from '@chat-battle/contracts/rest/routes/get-stream'
import type { StreamEntry } from '@chat-battle/contracts/rest/routes/list-streams'
import { fetchStream, type Answer } from './fetch-streams.ts'

/** The figures of a stream in the list. */
interface StreamFigures {
  messages: number
  chatters: number
  /** Null: not known. */
  peakViewers: number | null
}

/** By stream id. Null: they could not be read. */
export type KnownFigures = Readonly<Record<string, StreamFigures | null>>

type Read = (streamId: string) => Promise<Answer<StreamSummary>>

/** The newest stream without figures. A summary also has those of the stream before. */
function nextStream(streams: readonly StreamEntry[], known: KnownFigures): StreamEntry | undefined {
  return streams.find(({ stream_id }) => known[stream_id] === undefined)
}

/** What a summary says of its stream and of the one before. */
export function figuresIn({ stream, history, before }: StreamSummary): KnownFigures {
  const of = ({ totals, viewers }: Pick<StreamSummary['history'], 'totals' | 'viewers'>): StreamFigures => ({
    messages: totals.message_count,
    chatters: totals.unique_chatters,
    peakViewers: viewers?.peak ?? null,
  })
  return {
    [stream.stream_id]: of(history),
    ...(before === null ? {} : { [before.stream.stream_id]: of(before) }),
  }
}

/** Reads the figures of the streams that lack them, in their order, one request at a time, until `signal` ends. */
export async function* readFigures(
  streams: readonly StreamEntry[],
  known: KnownFigures,
  signal: AbortSignal,
  read: Read,
): AsyncGenerator<KnownFigures> {
  let all = known
  for (;;) {
    const next = nextStream(streams, all)
    if (next === undefined) return
    const { found } = await read(next.stream_id)
    if (signal.aborted) return
    all = { ...all, ...(found === null ? { [next.stream_id]: null } : figuresIn(found)) }
    yield all
  }
}

/** A reader of a channel's summaries. */
export function summariesOf(channel: string, options: Parameters<typeof fetchStream>[2]): Read {
  return (streamId) => fetchStream(channel, streamId, options)
}
