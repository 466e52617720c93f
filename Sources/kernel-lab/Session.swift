import Laboratory

/// Jobs dealt out to guests: each guest performs one after another until it is spent, then the next one boots.
struct Session: Sendable {
    let workplace: Workplace
    let machines: Int
    let isTraced: Bool
    /// A job may take so many seconds, and some more for each step: the guest has deadlines of its own.
    var seconds = 150
    let progress: Progress

    /// What became of a job.
    enum Ending: Sendable {
        /// The guest performed it; what it brought back is in the job's directory.
        case performed
        /// A module did not build: what the compiler said.
        case notBuilt(String)
        /// The guest stopped answering in this step, counted from 0.
        case wedged(step: Int?)
        /// The guest was gone in this step: the kernel panicked.
        case crashed(step: Int?)

        /// True if the guest is lost.
        var isLoss: Bool {
            switch self {
            case .wedged, .crashed: true
            case .performed, .notBuilt: false
            }
        }
    }

    /// So many jobs' modules are built by one run of make.
    private static let batchSize = 60

    /// Performs the jobs; `report` is called for each as it ends, in no particular order, perhaps for several at a time.
    ///
    /// - Throws: `LabError` if the lab itself fails; what a scenario does to a kernel is no such failure.
    func perform(
        _ assignments: [Assignment], report: @Sendable @escaping (Assignment, Ending) async -> Void
    ) async throws(LabError) {
        let queue = JobQueue()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(LabError) {
                    try await self.build(assignments, into: queue, report)
                } catch {
                    await queue.fail(error)
                }
            }
            for guest in 0..<max(1, min(machines, assignments.count)) {
                group.addTask { await self.work(guest, queue, report) }
            }
        }
        if let error = await queue.error { throw error }
    }

    /// Builds ahead of the guests, batch by batch.
    private func build(
        _ assignments: [Assignment], into queue: JobQueue,
        _ report: @Sendable (Assignment, Ending) async -> Void
    ) async throws(LabError) {
        var rest = assignments[...]
        var batch = 0
        // The first batch is small, so that the guests have something to do soon.
        var size = max(4, Self.batchSize / 5)
        while !rest.isEmpty, !Task.isCancelled, await queue.error == nil {
            let part = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            size = Self.batchSize
            let place = "\(workplace.directory)/modules-\(batch)"
            let failures = try await workplace.build.build(part.map(\.job), in: place)
            for (index, assignment) in part.enumerated() {
                if let failure = failures[index] {
                    await report(assignment, .notBuilt(failure))
                } else {
                    await queue.add(QueuedJob(assignment: assignment, modules: "\(place)/\(index)"))
                }
            }
            batch += 1
        }
        await queue.close()
    }

    // MARK: Guests

    private func work(
        _ guest: Int, _ queue: JobQueue, _ report: @Sendable @escaping (Assignment, Ending) async -> Void
    ) async {
        while !Task.isCancelled, let first = await queue.next() {
            do throws(LabError) {
                try await VirtualMachine.withMachine(
                    workplace.machine, in: "\(workplace.directory)/guest-\(guest)"
                ) { machine in
                    await queue.noteBoot()
                    await self.serve(machine, first, queue, report)
                }
            } catch {
                await queue.putBack(first, after: error)
            }
        }
    }

    /// Performs jobs until the guest can't take another.
    private func serve(
        _ machine: VirtualMachine, _ first: QueuedJob, _ queue: JobQueue,
        _ report: @Sendable (Assignment, Ending) async -> Void
    ) async {
        var next: QueuedJob? = first
        var number = 1
        while let job = next {
            let performance: (ending: Ending, isSpent: Bool)
            do throws(LabError) {
                performance = try await perform(job, on: machine, number)
            } catch {
                return await queue.fail(error)
            }
            if performance.ending.isLoss, job.isFirstTry {
                // An emulator loses a guest now and then; a scenario that does it does it again.
                do throws(LabError) {
                    try job.assignment.forgetTry(keeping: "serial.log", as: Self.lostGuest)
                } catch {
                    return await queue.fail(error)
                }
                await queue.add(QueuedJob(assignment: job.assignment, modules: job.modules, isFirstTry: false))
            } else {
                await report(job.assignment, performance.ending)
            }
            if performance.isSpent || Task.isCancelled { return }
            number += 1
            next = await queue.next()
        }
    }

    /// The console of a guest that was lost, if the scenario was performed once more.
    static let lostGuest = "lost-guest.log"

    private static let secondsOfStep = 30

    private func perform(
        _ queued: QueuedJob, on machine: VirtualMachine, _ number: Int
    ) async throws(LabError) -> (ending: Ending, isSpent: Bool) {
        let job = queued.assignment.job
        let place = "\(machine.share)/jobs/\(number)"
        let consoleBefore = Files.read(machine.serial)?.utf8.count ?? 0
        var ending = Ending.performed
        try Files.makeDirectory(place)
        for module in job.modules {
            try Files.share("\(queued.modules)/\(module.name).ko", as: "\(place)/\(module.name).ko")
        }
        for (name, text) in job.files { try Files.write(text, to: "\(place)/\(name)") }
        if isTraced { try Files.write("", to: "\(place)/trace") }
        try Files.write("", to: "\(place)/ready")
        do throws(VirtualMachine.Failure) {
            try await machine.wait(
                for: "\(place)/done", seconds: seconds + Self.secondsOfStep * job.scenario.steps.count)
        } catch {
            let step = Files.read("\(place)/current").flatMap { Int($0.prefix { $0.isNumber }) }
            ending = error == .gone ? .crashed(step: step) : .wedged(step: step)
        }
        try keep(place, queued.assignment, console: machine.serial, from: consoleBefore)
        // The directory stays until the guest is gone: it takes a new file with the number of a removed one for the old one.
        let isSpent = if case .performed = ending { !Files.exists("\(place)/clean") } else { true }
        return (ending, isSpent)
    }

    /// Puts what the guest brought back into the directory of the evidence.
    private func keep(
        _ place: String, _ assignment: Assignment, console: String, from offset: Int
    ) throws(LabError) {
        try Files.makeDirectory(assignment.evidence)
        for name in Files.names(in: place) where Self.evidence.contains(name) || name.hasPrefix("trial-") {
            try Files.copy("\(place)/\(name)", to: "\(assignment.evidence)/\(name)")
        }
        let text = Files.read(console) ?? ""
        try Files.write(
            String(decoding: text.utf8.dropFirst(offset), as: UTF8.self), to: "\(assignment.evidence)/serial.log")
    }

    /// What is kept of what the guest leaves: the logs, the errors of insmod and rmmod, the files of sysfs, traces.
    private static let evidence: Set<String> = [
        "dmesg.log", "dmesg.json", "kmsg.raw", "steps", "steps.log", "output.log", "sysfs.log", "clean.log",
        "clean", "output", "trace.dat", "trace.txt", "trial.log",
    ]
}

/// A job whose modules are built.
struct QueuedJob: Sendable {
    let assignment: Assignment
    /// The directory that holds them.
    let modules: String
    /// False if a guest was lost with it before.
    var isFirstTry = true
}

/// Jobs that wait for a guest.
actor JobQueue {
    private var jobs: [QueuedJob] = []
    private var isClosed = false
    private var waiters: [CheckedContinuation<QueuedJob?, Never>] = []
    private var failedBoots = 0
    /// Why the lab cannot go on.
    private(set) var error: LabError?

    /// One slow boot may be chance; so many in a row are not.
    private static let failedBootsMaximum = 2

    func add(_ job: QueuedJob) {
        guard error == nil else { return }
        if waiters.isEmpty {
            jobs.append(job)
        } else {
            waiters.removeFirst().resume(returning: job)
        }
    }

    /// No more jobs come but those that are tried once more.
    func close() {
        isClosed = true
        for waiter in waiters { waiter.resume(returning: nil) }
        waiters = []
    }

    /// The lab cannot go on: the jobs that wait are given up.
    func fail(_ error: LabError) {
        self.error = self.error ?? error
        jobs = []
        close()
    }

    /// A guest has booted.
    func noteBoot() { failedBoots = 0 }

    /// No guest booted to perform the job: another one may.
    func putBack(_ job: QueuedJob, after error: LabError) {
        failedBoots += 1
        if failedBoots >= Self.failedBootsMaximum { return fail(error) }
        add(job)
    }

    /// The next job; nil if there are no more.
    func next() async -> QueuedJob? {
        if !jobs.isEmpty { return jobs.removeFirst() }
        if isClosed { return nil }
        return await withCheckedContinuation { waiters.append($0) }
    }
}
