import Laboratory
import TestSupport
import Testing

@testable import kernel_lab

@Suite("Jobs that wait for a guest")
struct JobQueueTests {
    private static let error = LabError("no guest", advice: "none")

    private func withJob(_ body: (QueuedJob) async throws -> Void) async throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let assignment = try Assignment(
            try GuestJob(evidence.scenario, name: "test"), text: evidence.text, evidence: evidence.scratch.path("job"))
        try await body(QueuedJob(assignment: assignment, modules: "modules"))
    }

    @Test("jobs come in order, and none after the last")
    func order() async throws {
        try await withJob { job in
            let queue = JobQueue()
            await queue.add(job)
            await queue.add(QueuedJob(assignment: job.assignment, modules: "other"))
            await queue.close()
            #expect(await queue.next()?.modules == "modules")
            #expect(await queue.next()?.modules == "other")
            #expect(await queue.next() == nil)
        }
    }

    @Test("whoever waits gets the next job, or hears that there is none")
    func waiting() async throws {
        try await withJob { job in
            let queue = JobQueue()
            async let first = queue.next()
            async let second = queue.next()
            await queue.add(job)
            await queue.close()
            let got = await [first?.modules, second?.modules]
            #expect(Set(got.compactMap { $0 }) == ["modules"])
            #expect(got.contains(nil))
        }
    }

    @Test("a guest that does not boot gives its job back; when the next one does not either, the lab gives up")
    func boots() async throws {
        try await withJob { job in
            let queue = JobQueue()
            await queue.putBack(job, after: Self.error)
            #expect(await queue.next() != nil)
            await queue.noteBoot()
            await queue.putBack(job, after: Self.error)
            #expect(await queue.error == nil)
            await queue.putBack(job, after: Self.error)
            #expect(await queue.error != nil)
            await queue.add(job)
            #expect(await queue.next() == nil)
        }
    }
}
