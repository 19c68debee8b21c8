/**
 * A service loads this file before anything else. Each SIGUSR2 moves its time of day to the next of these shifts, while its
 * monotonic clock goes on.
 */
const hourMs = 60 * 60_000
const shiftsMs = [0, hourMs, -hourMs]
let moves = 0

const RealDate = Date
const now = () => RealDate.now() + (shiftsMs[moves % shiftsMs.length] ?? 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
})
process.on('SIGUSR2', () => moves++)
