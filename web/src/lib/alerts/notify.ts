/** `unsupported`: this browser notifies by installed apps only, or the page is not secure. */
export type NotifyState = NotificationPermission | 'unsupported'

export function notifyState(): NotifyState {
  return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission
}

/** Asks the visitor. Call it after a click only: otherwise browsers refuse for good. */
export async function askToNotify(): Promise<NotifyState> {
  if (notifyState() === 'default') await Notification.requestPermission()
  return notifyState()
}

/** `tag`: a later one with it takes the place of the one before. Returns whether it was shown. */
export function notify(title: string, body: string, tag: string): boolean {
  if (notifyState() !== 'granted') return false
  try {
    new Notification(title, { body, tag, icon: '/favicon.svg' })
    return true
  } catch {
    // Chrome on Android throws where there is no service worker.
    return false
  }
}
