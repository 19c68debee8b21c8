declare module 'fs-native-extensions' {
  /** Whether the lock was free. It lasts until every copy of the descriptor is closed, also those that children inherited. */
  export function tryLock(fd: number): boolean
}
