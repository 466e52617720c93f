import Conformance
import KernelLog
import Livepatch
import LivepatchTrace
import TestSupport
import Testing

/// Who keeps a transition from its end: real runs, of which it is known who did.
struct HeldUpTests {
    /// A run, and who held its first transition up.
    struct Run: CustomTestStringConvertible, Sendable {
        let recording: Recording
        let trace: String
        let task: String
        let pid: Int
        let function: String?
        let rounds: Int
        /// How it was switched in the end.
        let end: String?

        var testDescription: String { recording.name }

        func file(_ name: String) throws -> [UInt8] {
            try contentOfFile("\(Recording.directory)/\(recording.name)/\(name).txt.zst")
        }

        /// The trace without the kernel's lines.
        func functions() throws -> [UInt8] {
            let lines = String(decoding: try file(trace), as: UTF8.self).split(separator: "\n")
            return Array((lines.filter { !$0.contains(" console: ") }.joined(separator: "\n") + "\n").utf8)
        }
    }

    static let runs = [
        Run(
            recording: Recording(name: "held-by-a-process"), trace: "trace-events", task: "holder:120", pid: 120,
            function: "hold_read", rounds: 7, end: "itself"),
        Run(
            recording: Recording(name: "held-by-a-kernel-thread"), trace: "trace-events", task: "hold_kthread:164",
            pid: 164, function: "hold_sleep_long", rounds: 9, end: "round"),
        Run(
            recording: Recording(name: "held-by-a-busy-thread"), trace: "trace-events", task: "hold_spin:117", pid: 117,
            function: nil, rounds: 6, end: "round"),
        Run(
            recording: Recording(name: "held-for-ever"), trace: "tasks", task: "holder:166", pid: 166,
            function: "hold_read", rounds: 17, end: nil),
    ]

    private func first(_ analysis: Analysis) throws -> TransitionHistory {
        try #require(analysis.histories.first?.transitions.first)
    }

    @Test func whoSwitchesItselfIsCountedWhereverItDoes() throws {
        // In 6.12 insmod did so when it was to be scheduled away, and another task on its way to user space.
        let run = Self.runs[1]
        let transitions = try analysis(log: run.file("dmesg"), traces: [run.file(run.trace)]).histories.first?
            .transitions
        #expect(transitions?.map(\.selfSwitched) == [2, 3])
    }

    private func end(_ switched: TaskSwitch<LogRecord>?) -> String? {
        switch switched?.way {
        case .byItself: "itself"
        case .byRound: "round"
        case .untilRound: "by then"
        case nil: nil
        }
    }

    @Test(arguments: runs) func whatFunctionsReturnNamesTheTaskThatTheLinesName(_ run: Run) throws {
        for (log, traces) in [
            (try run.file("dmesg"), []), (nil, [try run.file(run.trace)]), (nil, [try run.functions()]),
            (try run.file("dmesg"), [try run.file(run.trace), try run.file("sched")]),
        ] {
            let blocker = try #require(first(analysis(log: log, traces: traces)).blockers.first)
            #expect(blocker.task == run.task && blocker.pid == run.pid)
            #expect(blocker.count == run.rounds)
            if traces.isEmpty { continue }
            #expect(end(blocker.switched) == run.end)
        }
    }

    @Test(arguments: runs) func resultsTellTheReasonAndLinesTheFunction(_ run: Run) throws {
        let lines = try #require(first(analysis(log: run.file("dmesg"))).blockers.first)
        let results = try #require(first(analysis(traces: [run.functions()])).blockers.first)
        #expect(lines.reason == run.function.map { .sleeping(function: $0) } ?? .running)
        #expect(results.reason == (run.function == nil ? .running : .sleeping(function: nil)))
    }

    @Test func theSchedulerTellsWhatTheTaskDoesMeanwhile() throws {
        let run = Self.runs[1]
        let both = try analysis(log: run.file("dmesg"), traces: [run.file("sched")])
        let activity = try #require(try first(both).blockers.first?.activity)
        #expect(activity.state == .asleep("D"))
        #expect(activity.since?.place.line == 63)
        // Who slept before the trace began, and woke within it, was away.
        let process = try analysis(log: Self.runs[0].file("dmesg"), traces: [Self.runs[0].file("sched")])
        #expect(try first(process).blockers.first?.activity?.state == .away)
        // And who never came to a CPU does not occur at all.
        let never = try analysis(log: Self.runs[3].file("dmesg"), traces: [Self.runs[3].file("sched")])
        #expect(try first(never).blockers.first?.activity == nil)
    }

    @Test func whereNobodyIsNamedTheLastToSwitchIs() throws {
        let last = try first(analysis(traces: [Self.runs[0].file("sched")])).lastSwitched
        #expect(last?.task == "holder:120")
    }

    @Test func aTransitionThatDoesNotEndIsReportedAndViolatesNothing() throws {
        for traces in [
            [try Self.runs[3].file("tasks")], [try Self.runs[3].functions()], [try Self.runs[3].file("sched")],
        ] {
            let alone = try analysis(traces: traces)
            #expect(alone.verdict == .inconclusive)
            #expect(try first(alone).rounds == 17)
        }
    }
}

/// How tries of klp_try_switch_task are put together.
struct RefusalTests {
    private func refusals(_ build: (inout HandMadeTrace) -> Void) throws -> [TaskRefusal] {
        var trace = HandMadeTrace()
        build(&trace)
        return try LivepatchTrace(bytes: trace.bytes, source: 0, recogniser: Recogniser()).refusals
    }

    private static let worker = "kworker/0:1-17"

    private func attempt(
        _ trace: inout HandMadeTrace, _ arguments: String, check: Int?, result: Int?, task: String = worker,
        after: Int = 1_000_000
    ) {
        trace.enter("klp_try_switch_task", arguments, task: task, after: after)
        if let check { trace.leave("klp_check_and_switch_task", "ret=\(check)", task: task) }
        if let result { trace.leave("klp_try_switch_task", "ret=\(result)", task: task) }
    }

    @Test func roundsInARowAreOne() throws {
        let found = try refusals { trace in
            for _ in 0..<3 {
                attempt(&trace, "comm=\"a\" pid=10", check: -98, result: 0)
                attempt(&trace, "comm=\"b\" pid=11", check: 0, result: 1, after: 10)
            }
            attempt(&trace, "comm=\"a\" pid=10", check: 0, result: 1)
        }
        #expect(found.map(\.task.name) == ["a:10"])
        #expect(found.map(\.count) == [3])
        #expect(found.map(\.reason) == [.sleeping])
        #expect(found.first?.switched?.way == .byRound, "\(found)")
    }

    @Test(arguments: [(-16, RefusalReason.running), (-22, .unreliableStack), (-98, .sleeping), (-11, .sleeping)])
    func theErrnoTellsTheReason(_ errno: Int, _ reason: RefusalReason) throws {
        // The check's result alone is as good as both.
        for result in [0, nil] {
            let found = try refusals { trace in
                attempt(&trace, "comm=\"a\" pid=10", check: errno, result: result)
                trace.enter("klp_try_complete_transition", "patch=\"p\" target=1", task: Self.worker)
            }
            #expect(found.map(\.reason) == [reason])
        }
        // A bool may have been fetched as a number of any size: only its byte counts.
        let wide = try refusals { attempt(&$0, "comm=\"a\" pid=10", check: errno, result: 0x7F00) }
        #expect(wide.map(\.reason) == [reason])
    }

    @Test func withoutAnyResultNothingIsTold() throws {
        #expect(try refusals { attempt(&$0, "comm=\"a\" pid=10", check: nil, result: nil) }.isEmpty)
        // A task without a name cannot be told from others.
        #expect(try refusals { attempt(&$0, "", check: -16, result: 0) }.isEmpty)
    }

    @Test func aTaskThatOnlyItsAddressNamesGetsItsNameWhenItSwitches() throws {
        let found = try refusals { trace in
            attempt(&trace, "task=0xffff888004a10000", check: -98, result: 0)
            attempt(&trace, "arg1=0xffff888004a20000", check: -16, result: 0)
            trace.enter("klp_update_patch_state", "task=0xffff888004a10000", task: "holder-120")
        }
        #expect(found.map(\.task.name) == ["holder:120", "task 0xffff888004a20000"])
        #expect(found.first?.switched?.way == .byItself, "\(found)")
        #expect(found.last?.switched == nil)
    }

    @Test func idleTasksAreToldApartByTheirCPU() throws {
        let found = try refusals { trace in
            attempt(&trace, "comm=\"swapper/0\" pid=0", check: -16, result: 0)
            attempt(&trace, "comm=\"swapper/1\" pid=0", check: -16, result: 0)
            trace.add("klp_update_patch_state: (klp_update_patch_state+0x0/0x40)", task: "<idle>-0", cpu: 1)
        }
        #expect(found.map(\.task.name) == ["swapper/0:0", "swapper/1:0"])
        #expect(found.first?.switched == nil)
        #expect(found.last?.switched != nil)
    }

    @Test func whoForcesATransitionDoesNotSwitchItself() throws {
        let found = try refusals { trace in
            attempt(&trace, "task=0xffff888004a10000", check: -98, result: 0)
            trace.enter("klp_force_transition", "patch=\"p\"", task: "sh-150")
            trace.enter("klp_update_patch_state", "task=0xffff888004a10000", task: "sh-150")
        }
        #expect(found.map(\.task.name) == ["task 0xffff888004a10000"])
        #expect(found.first?.switched == nil)
    }

    @Test func aKernelThreadThatTriesToSwitchItselfIsNoRound() throws {
        let found = try refusals { trace in
            for _ in 0..<50 {
                attempt(&trace, "comm=\"spin\" pid=33", check: -98, result: 0, task: "spin-33", after: 10)
            }
            attempt(&trace, "comm=\"spin\" pid=33", check: -16, result: 0)
            attempt(&trace, "comm=\"spin\" pid=33", check: 0, result: 1, task: "spin-33")
        }
        #expect(found.map(\.count) == [1])
        #expect(found.first?.switched?.way == .byItself, "\(found)")
    }

    @Test func everyTransitionHasRefusalsOfItsOwn() throws {
        let ways: [(inout HandMadeTrace) -> Void] = [
            { $0.enter("klp_reverse_transition", "patch=\"p\" target=1", task: "sh-150") },
            { $0.enter("klp_init_transition", "patch=\"p\" state=0", task: "sh-150") },
            { $0.add("console: [   12.3] livepatch: 'p': starting unpatching transition") },
            // Nothing tells of another transition but the time.
            { $0.add("module_load: x", after: 11_000_000) },
        ]
        for way in ways {
            let found = try refusals { trace in
                attempt(&trace, "comm=\"a\" pid=10", check: -98, result: 0)
                way(&trace)
                attempt(&trace, "comm=\"a\" pid=10", check: -98, result: 0)
            }
            #expect(found.map(\.count) == [1, 1])
        }
    }
}

/// What sched_switch tells of tasks.
struct ScheduleTests {
    private func schedule(_ build: (inout HandMadeTrace) -> Void) throws -> TaskSchedule {
        var trace = HandMadeTrace()
        build(&trace)
        return try LivepatchTrace(bytes: trace.bytes, source: 0, recogniser: Recogniser()).schedule
    }

    private func change(
        _ trace: inout HandMadeTrace, from previous: Int, _ state: String, to next: Int, after: Int = 1_000_000,
        cpu: Int = 0
    ) {
        trace.add(
            "sched_switch: prev_comm=a prev_pid=\(previous) prev_prio=120 prev_state=\(state) ==> next_comm=b next_pid=\(next) next_prio=120",
            task: "a-\(previous)", cpu: cpu, after: after)
    }

    /// 100 s, when HandMadeTrace begins, and some seconds.
    private func second(_ seconds: Double) -> Int64 { Int64((100 + seconds) * 1_000_000_000) }

    @Test func longSleepsAndLongRunsAreKeptAndShortOnesNot() throws {
        let schedule = try schedule { trace in
            change(&trace, from: 7, "D", to: 8)  // 1 s
            change(&trace, from: 8, "S", to: 9, after: 3_000_000)  // 4 s
            change(&trace, from: 9, "R", to: 7, after: 1000)
            change(&trace, from: 7, "S", to: 9, after: 1000)
        }
        #expect(schedule.span(of: 7, at: second(2))?.state == .asleep("D"))
        #expect(schedule.span(of: 8, at: second(2))?.state == .running(cpu: 0))
        #expect(schedule.span(of: 8, at: second(5))?.state == .asleep("S"))
        // It came to a CPU for the first time after 4 s.
        #expect(schedule.span(of: 9, at: second(2))?.state == .away)
        #expect(schedule.span(of: 9, at: second(4.0005)) == nil)
        #expect(schedule.span(of: 77, at: second(2)) == nil)
    }

    @Test(arguments: [
        ("R", TaskSchedule.State.waiting), ("R+", .waiting), ("D", .asleep("D")), ("I", .asleep("I")),
        ("T", .asleep("T")), ("X", .ended), ("Z", .ended), ("0", .waiting), ("256", .waiting), ("1", .asleep("S")),
        ("2", .asleep("D")), ("128", .asleep("I")), ("32", .ended), ("S|K", .asleep("S")),
    ])
    func statesAreReadFromLettersAndFromBits(_ text: String, _ state: TaskSchedule.State) throws {
        let schedule = try schedule { change(&$0, from: 7, text, to: 8) }
        #expect(schedule.span(of: 7, at: second(9))?.state == state)
    }

    @Test func idleTasksAreNobody() throws {
        #expect(try schedule { change(&$0, from: 0, "R", to: 8) }.span(of: 0, at: second(9)) == nil)
    }

    @Test func signalsAreKnownButThoseOfChildren() throws {
        let schedule = try schedule { trace in
            for number in [17, 19, 18] {
                trace.add(
                    "signal_generate: sig=\(number) errno=0 code=0 comm=holder pid=120 grp=1 res=0", task: "bash-90")
            }
        }
        #expect(schedule.signals(to: 120).map(\.number) == [19, 18])
        #expect(schedule.signals(to: 120).first?.sender == "bash:90")
    }
}
