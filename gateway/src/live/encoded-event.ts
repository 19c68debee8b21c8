/** Packet types: `4` is a message in Engine.IO protocol 4, `2` an event in Socket.IO protocol 5 (default namespace). */
const enginePacket = '4'
const socketPacket = '2'

/** A server sends text frames in one piece and unmasked (RFC 6455, section 5.2). */
const finalTextFrame = 0x81
const lengthIn16Bits = 126
const lengthIn64Bits = 127

/** An event of the default namespace, encoded at most once per form, however many sockets receive it. */
export class EncodedEvent {
  readonly #data: readonly unknown[]
  #text: string | undefined
  #frame: Buffer | undefined

  /** `data`: the event's name and its arguments. */
  constructor(data: readonly unknown[]) {
    this.#data = data
  }

  /** As what is due to a socket: this event alone. */
  take(): readonly [EncodedEvent] {
    return [this]
  }

  /** The Socket.IO packet, without its Engine.IO type. */
  get text(): string {
    return (this.#text ??= socketPacket + JSON.stringify(this.#data))
  }

  /** The whole WebSocket frame. */
  get frame(): Buffer {
    return (this.#frame ??= textFrame(enginePacket + this.text))
  }
}

/** Engine.IO packets in one polling response are separated by this character, which JSON escapes. */
const packetSeparator = '\u001e'

/** Several events as the data of one Engine.IO packet, for a polling response. */
export function joinTexts(events: readonly EncodedEvent[]): string {
  return events.map(({ text }) => text).join(packetSeparator + enginePacket)
}

function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headerLength = length < lengthIn16Bits ? 2 : length < 0x1_0000 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + length)
  frame[0] = finalTextFrame
  if (headerLength === 2) frame[1] = length
  else if (headerLength === 4) {
    frame[1] = lengthIn16Bits
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = lengthIn64Bits
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, headerLength)
  return frame
}
