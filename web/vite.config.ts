import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig, type Plugin, type Rolldown } from 'vite'

/** `pnpm dev` sets it; the server in web/server forwards the same paths in production. */
const gatewayUrl = process.env.GATEWAY_URL ?? 'http://127.0.0.1:3001'

/** The request that web/server passes to the page, see server/page.ts. */
const developmentRequest = Object.assign(new IncomingMessage(new Socket()), {
  gatewayUrl,
  clientAddress: '127.0.0.1',
  simulatedChannels: (process.env.SIMULATED_CHANNELS ?? '').split(',').filter((login) => login !== ''),
})

/** What a browser runs for the first page, by the ends of their paths. */
const firstRoots = [
  'runtime/client/entry.js',
  'client-optimized/app.js',
  'routes/+layout.svelte',
  'routes/(app)/+layout.svelte',
  'routes/(app)/+page.svelte',
]

/**
 * All that the kit's entry needs. It notes the page's version, and then loads what reads it: in one chunk with the entry, that
 * would be read too early, and every error would reload the page, as after an update.
 */
const entryParts = /runtime\/client\/payload\.js|vite\/preload-helper/

/**
 * What the first page shares with others is one chunk, in place of one for each set of pages that share a module: its scripts are an
 * eighth smaller.
 */
const fewChunks: Plugin = {
  name: 'few-chunks',
  outputOptions(options) {
    if (this.environment.name !== 'client') return options
    const first = new Set<string>()
    /** Whether the first page loads a module at once, rather than when it is needed. */
    const isFirst = (id: string, importersOf: (id: string) => readonly string[], seen: Set<string>) => {
      if (first.has(id) || firstRoots.some((root) => id.endsWith(root))) return true
      if (seen.has(id)) return false
      seen.add(id)
      const is = importersOf(id).some((importer): boolean => isFirst(importer, importersOf, seen))
      if (is) first.add(id)
      return is
    }
    const name = (id: string, modules: Pick<Rolldown.PluginContext, 'getModuleInfo'>) =>
      isFirst(id, (of) => modules.getModuleInfo(of)?.importers ?? [], new Set()) ? 'first' : null
    return {
      ...options,
      codeSplitting: {
        groups: [
          { name: 'entry', test: entryParts, priority: 1 },
          { name, debugName: 'first', minShareCount: 2 },
        ],
      },
    }
  },
}

export default defineConfig({
  server: {
    proxy: {
      '/api': { target: gatewayUrl },
      '/emotes': { target: gatewayUrl },
      '^/operator/[a-z]': { target: gatewayUrl },
      '/socket.io': { target: gatewayUrl, ws: true },
    },
  },
  plugins: [
    fewChunks,
    sveltekit({
      adapter: {
        ...adapter(),
        emulate: () => ({ platform: () => ({ req: developmentRequest }) }),
      },
      // Pages register it themselves, except overlays.
      serviceWorker: { register: false },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['none'],
          'script-src': ['self'],
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'manifest-src': ['self'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
})
