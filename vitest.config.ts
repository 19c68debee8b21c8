import { defineConfig } from 'vitest/config'

// A test's name says what it needs: `x.kafka.test.ts` Kafka, `x.cassandra.test.ts` Cassandra, `x.test.ts` nothing.
const infrastructure = ['**/*.kafka.test.ts', '**/*.cassandra.test.ts']
const ignored = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**']

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...ignored, ...infrastructure] } },
      {
        test: {
          name: 'infrastructure',
          include: infrastructure,
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
