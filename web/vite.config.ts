import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

/** `pnpm dev` sets it; the server in web/server forwards the same paths in production. */
const gatewayUrl = process.env.GATEWAY_URL ?? 'http://127.0.0.1:3001'

/** The request that web/server passes to the page, see server/page.ts. */
const developmentRequest = Object.assign(new IncomingMessage(new Socket()), {
  gatewayUrl,
  clientAddress: '127.0.0.1',
  simulatedChannels: (process.env.SIMULATED_CHANNELS ?? '').split(',').filter((login) => login !== ''),
})

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
