/**
 * Loaded by a service before anything else: each SIGUSR2 moves its time of day on to the next of these, while its monotonic
 * clock goes on as it did.
 */
const hourMs = 60 * 60_000
const shiftsMs = [0, hourMs, -hourMs]
let move = 0

const RealDate = Date
const now = () => RealDate.now() + (shiftsMs[move % shiftsMs.length] ?? 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
})
process.on('SIGUSR2', () => move++)
