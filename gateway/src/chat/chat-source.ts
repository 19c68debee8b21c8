/** A record of the input: its key is the channel's id. */
export interface ChatRecord {
  readonly key: string
  readonly offset: string
  readonly value: Buffer | null
}

/** Reads the input for the channels that are watched. */
export interface ChatSource {
  /** Records of the channel follow, from a place in the past on. */
  watch(channelId: string): void
  unwatch(channelId: string): void
}

/** What a `ChatSource` reports. Records of channels that are not watched come, too. */
export interface ChatRecordListeners {
  /** The next record is one from the past, at `offset` or after it: for these channels records count from here on. */
  onBegin(channelIds: readonly string[], offset: bigint): void
  onRecord(record: ChatRecord): void
  /** Everything that the input had when these channels began has been reported. */
  onCaughtUp(channelIds: readonly string[]): void
  /** Offsets went back: the input was cut or created again. */
  onTruncated(): void
}
