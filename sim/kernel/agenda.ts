/** Something that will happen at a virtual instant, unless it is cancelled. */
export interface Appointment {
  readonly atMs: number
  readonly sequence: number
  /** null once it has happened or was cancelled. */
  fire: (() => void) | null
}

/** What will happen, ordered by time, and by the order of its making where the times are equal. */
export interface Agenda {
  readonly put: (atMs: number, fire: () => void) => Appointment
  /** The next appointment that still stands; null at the end of time. */
  readonly take: () => Appointment | null
}

/** A binary heap. */
export const makeAgenda = (): Agenda => {
  const heap: Array<Appointment> = []
  let sequence = 0
  const put = (atMs: number, fire: () => void): Appointment => {
    const appointment: Appointment = { atMs, sequence: sequence++, fire }
    let place = heap.length
    heap.push(appointment)
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (isBefore(heap[parent]!, appointment)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = appointment
    return appointment
  }
  const pop = (): Appointment | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last, heap[child]!)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = last
    return first
  }
  const take = (): Appointment | null => {
    for (let next = pop(); next !== undefined; next = pop()) if (next.fire !== null) return next
    return null
  }
  return { put, take }
}

const isBefore = (one: Appointment, other: Appointment): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence)
