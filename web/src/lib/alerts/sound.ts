/** Two tones: heard beside a stream, and over soon. */
const tones = [
  { hertz: 660, fromS: 0 },
  { hertz: 880, fromS: 0.16 },
] as const
const toneS = 0.15
const loudness = 0.12

let context: AudioContext | undefined

/** Browsers let a page sound after a click or a key only: call it there. */
export function prepareSound(): void {
  context ??= new AudioContext()
  void context.resume()
}

/** Returns whether the browser lets the page sound. */
export function playTone(): boolean {
  if (context?.state !== 'running') return false
  for (const { hertz, fromS } of tones) {
    const start = context.currentTime + fromS
    const oscillator = new OscillatorNode(context, { frequency: hertz })
    const gain = new GainNode(context, { gain: 0 })
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(loudness, start + 0.02)
    gain.gain.linearRampToValueAtTime(0, start + toneS)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(start)
    oscillator.stop(start + toneS)
  }
  return true
}
