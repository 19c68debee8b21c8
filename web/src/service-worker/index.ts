import { self } from '$app/service-worker'
import offlinePage from './offline.html?raw'
import { answerVisit, isPageVisit } from './visits.ts'

/**
 * Shows a page of its own where a page is opened and the server does not answer. It stores nothing, so no old figure can be shown.
 */
self.addEventListener('install', (event) => {
  void self.skipWaiting()
  // Chromium then asks this worker for pages only, not for each picture.
  const { addRoutes } = event as ExtendableEvent & { addRoutes?: (rules: unknown) => Promise<void> }
  const pagesOnly = { condition: { not: { requestMode: 'navigate' } }, source: 'network' }
  if (addRoutes !== undefined) event.waitUntil(addRoutes.call(event, pagesOnly).catch(() => undefined))
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  if (isPageVisit(event.request)) event.respondWith(answerVisit(event.request, offlinePage))
})
