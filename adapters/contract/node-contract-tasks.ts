import { expect, it } from "vitest"
import { type Answered, type ContractClient, errorOf } from "./contract-client.ts"

const uidsOf = (page: Answered): ReadonlyArray<number> => page.results.map((task: Answered) => task.uid)

export const taskCases = ({ call, settle, write }: ContractClient): void => {
  const listed = async (query: string) => uidsOf((await call("GET", `/tasks?indexUids=task-filters&${query}`)).body)

  it("a write is accepted with a summary", async () => {
    const accepted = await call("POST", "/indexes/tasks/documents", [{ id: 1 }])
    expect(accepted).toMatchObject({
      status: 202,
      body: {
        taskUid: expect.any(Number),
        indexUid: "tasks",
        status: "enqueued",
        type: "documentAdditionOrUpdate",
        enqueuedAt: expect.any(String),
      },
    })
    expect(Object.keys(accepted.body)).toEqual(["taskUid", "indexUid", "status", "type", "enqueuedAt"])
    await settle()
  })

  it("a finished task has these members", async () => {
    const task = await write("POST", "/indexes/tasks/documents", [{ id: 2 }])
    expect(Object.keys(task)).toEqual([
      "uid",
      "batchUid",
      "indexUid",
      "status",
      "type",
      "canceledBy",
      "details",
      "error",
      "duration",
      "enqueuedAt",
      "startedAt",
      "finishedAt",
    ])
    expect(task).toMatchObject({
      batchUid: expect.any(Number),
      canceledBy: null,
      error: null,
      duration: expect.stringMatching(/^PT[\d.]+S$/),
    })
  })

  it("tasks of a node run in the order of their uids, whatever index they are for", async () => {
    const uids: Array<number> = []
    for (const uid of ["fifo-a", "fifo-b", "fifo-a", "fifo-b"]) {
      uids.push((await call("POST", `/indexes/${uid}/documents`, [{ id: 1, at: uids.length }])).body.taskUid)
    }
    await settle()
    expect(uids).toEqual(uids.toSorted((left, right) => left - right))
    expect((await call("GET", "/indexes/fifo-a/documents/1")).body.at).toBe(2)
    expect((await call("GET", "/indexes/fifo-b/documents/1")).body.at).toBe(3)
  })

  it("later writes win, and a deletion between two writes is not lost", async () => {
    await call("POST", "/indexes/sequence/documents", [
      { id: 1, v: 1 },
      { id: 2, v: 1 },
    ])
    await call("DELETE", "/indexes/sequence/documents/1")
    await call("PUT", "/indexes/sequence/documents", [{ id: 1, w: 3 }])
    await call("POST", "/indexes/sequence/documents", [{ id: 2, v: 4 }])
    await settle()
    const { results } = (await call("GET", "/indexes/sequence/documents")).body
    expect(results).toHaveLength(2)
    expect(results).toEqual(
      expect.arrayContaining([
        { id: 1, w: 3 },
        { id: 2, v: 4 },
      ]),
    )
  })

  it("pages of tasks go from the newest to the oldest, and back with reverse", async () => {
    for (const at of [1, 2, 3, 4]) await call("POST", "/indexes/task-pages/documents", [{ id: at }])
    await settle()
    const all = (await call("GET", "/tasks?indexUids=task-pages&limit=100")).body
    expect(all).toMatchObject({ total: 4, limit: 100, next: null, from: uidsOf(all)[0] })
    const [fourth, third, second, first] = uidsOf(all)
    const page = (await call("GET", "/tasks?indexUids=task-pages&limit=2")).body
    expect([uidsOf(page), page.from, page.next, page.total]).toEqual([[fourth, third], fourth, second, 4])
    const rest = (await call("GET", `/tasks?indexUids=task-pages&limit=2&from=${page.next}`)).body
    expect([uidsOf(rest), rest.next]).toEqual([[second, first], null])
    expect(uidsOf((await call("GET", "/tasks?indexUids=task-pages&reverse=true&limit=3")).body)).toEqual([
      first,
      second,
      third,
    ])
  })

  it("tasks are filtered by uids, types and statuses", async () => {
    const good = await write("POST", "/indexes", { uid: "task-filters" })
    const bad = await write("POST", "/indexes", { uid: "task-filters" })
    expect(await listed(`uids=${good.uid},${bad.uid}`)).toEqual([bad.uid, good.uid])
    expect(await listed("statuses=failed")).toEqual([bad.uid])
    expect(await listed("statuses=succeeded&types=indexCreation")).toEqual([good.uid])
    expect(await listed("types=indexDeletion,settingsUpdate")).toEqual([])
    expect(await listed("statuses=enqueued,processing")).toEqual([])
  })

  it("a task that does not exist, and a name that is no number, are errors", async () => {
    expect(await call("GET", "/tasks/999999")).toMatchObject({
      status: 404,
      body: errorOf("task_not_found", "Task `999999` not found."),
    })
    expect(await call("GET", "/tasks/abc")).toMatchObject({
      status: 400,
      body: errorOf("invalid_task_uids", "Task uid `abc` is invalid. It should only contain numeric characters."),
    })
  })

  it("canceling finished tasks matches them and cancels none", async () => {
    const { uid } = await write("POST", "/indexes", { uid: "too-late" })
    const accepted = await call("POST", `/tasks/cancel?uids=${uid}`)
    expect(accepted).toMatchObject({ status: 200, body: { type: "taskCancelation", indexUid: null } })
    await settle()
    expect((await call("GET", `/tasks/${accepted.body.taskUid}`)).body).toMatchObject({
      status: "succeeded",
      details: { matchedTasks: 1, canceledTasks: 0, originalFilter: `?uids=${uid}` },
    })
  })

  it("a deleted task is forgotten and its uid is not given again", async () => {
    const { uid } = await write("POST", "/indexes", { uid: "forgotten" })
    const accepted = await call("DELETE", `/tasks?uids=${uid}`)
    expect(accepted.status).toBe(200)
    await settle()
    expect((await call("GET", `/tasks/${uid}`)).status).toBe(404)
    expect((await write("POST", "/indexes", { uid: "remembered" })).uid).toBeGreaterThan(uid)
  })
}
