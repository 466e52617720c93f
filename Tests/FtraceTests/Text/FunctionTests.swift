import Testing

@testable import Ftrace

/// What the function tracers record.
@Suite struct FunctionTests {
    @Test func theFunctionTracerGivesEntriesWithTheirCallers() throws {
        let reading = readTrace(try keptTrace("tracefs/function.txt"))
        let first = try #require(reading.records.first)
        #expect(first.kind == .functionEntry)
        #expect(first.name == "klp_copy_process")
        #expect(first["parent_ip"] == .text("copy_process"))
        #expect(reading.records.allSatisfy { $0.kind == .functionEntry })
    }

    static let functions: [(String, String, String?, String?)] = [
        (
            "klp_enable_patch <-livepatch_init [livepatch_sample]", "klp_enable_patch", nil,
            "livepatch_init [livepatch_sample]"
        ),
        ("pre_patch_callback [demo] <-klp_pre_patch", "pre_patch_callback", "demo", "klp_pre_patch"),
        ("klp_start_transition.part.0 <-0xffffffffc04b624d", "klp_start_transition.part.0", nil, "0xffffffffc04b624d"),
        ("klp_enable_patch(patch=0xffffffffc0484000) <-do_one_initcall", "klp_enable_patch", nil, "do_one_initcall"),
        // With the option sym-offset.
        ("hold_prepare+0x4/0x90 [fix] <-klp_module_coming+0x1e/0x80", "hold_prepare", "fix", "klp_module_coming"),
        (
            "klp_enable_patch+0x4/0x940 <-livepatch_init+0x10/0x20 [demo]", "klp_enable_patch", nil,
            "livepatch_init [demo]"
        ),
    ]

    @Test(arguments: functions)
    func functionsOfModulesAndWithArgumentsAreRead(
        _ text: String, _ name: String, _ module: String?, _ parent: String?
    ) throws {
        let record = try traceRecord("            bash-102     [001] d..1.   118.151857: \(text)\n")
        #expect(record.kind == .functionEntry)
        #expect(record.name == name)
        #expect(record["module"] == module.map { .text($0) })
        #expect(record["parent_ip"] == parent.map { .text($0) })
    }

    @Test(arguments: [
        "klp_copy_process", "klp_copy_process <-- copy_process", " ip=klp_copy_process parent_ip=copy_process",
    ])
    func traceCmdGivesTheSameEntries(_ text: String) throws {
        let record = try traceRecord(
            "            bash-1093  [001]   299.532069: function:             \(text)\n", .traceCmd)
        #expect(record.kind == .functionEntry)
        #expect(record.name == "klp_copy_process")
        #expect(record["parent_ip"] == (text.contains("copy_process ") ? .text("copy_process") : nil))
    }

    @Test func returnsWithoutANameAreThoseOfTheLastEntryOnTheirLevel() throws {
        for name in ["tracefs/graph.txt", "trace-cmd/fgraph.txt"] {
            var open: [Int: [String]] = [:]
            for record in readTrace(try keptTrace(name)).records {
                let pid = try #require(record.task?.pid)
                switch record.kind {
                case .functionEntry: open[pid, default: []].append(record.name)
                case .functionReturn: #expect(open[pid]?.popLast() == record.name)
                case .event: continue
                }
                #expect(record["depth"] != nil)
                #expect((record["duration"] == nil) == (record.kind == .functionEntry))
            }
        }
    }

    @Test func returnsNameTheirFunctionWhereTheKernelDoes() throws {
        let reading = readTrace(try keptTrace("tracefs/graph-named.txt"))
        let returns = reading.records.filter { $0.kind == .functionReturn }
        #expect(returns.map(\.name) == ["klp_sync", "klp_sync", "", "", "klp_transition_work_fn"])
        #expect(returns.last?["duration"] == .number(16_291_810))
        // The switches of tasks before the lines say whose they are.
        #expect(
            returns.map(\.task) == [
                nil, TraceTask(name: "kworker", pid: 22), TraceTask(name: "kworker", pid: 17),
                TraceTask(name: "kworker", pid: 17),
                TraceTask(name: "kworker", pid: 17),
            ])
    }

    static let calls: [(String, TraceRecord.Kind, String, [String: TraceField.Value])] = [
        (" 1)               |    klp_enable_patch() {", .functionEntry, "klp_enable_patch", ["depth": .number(1)]),
        (
            " 1)               |  pre_patch_callback [demo]() {", .functionEntry, "pre_patch_callback",
            [
                "depth": .number(0), "module": .text("demo"),
            ]
        ),
        (
            " 1)               |  klp_enable_patch(patch=0xffffffffc0484000) {", .functionEntry, "klp_enable_patch",
            [
                "depth": .number(0)
            ]
        ),
        (
            " 1) $ 1234567 us  |  } /* klp_enable_patch = -16 */", .functionReturn, "klp_enable_patch",
            [
                "depth": .number(0), "duration": .number(1_234_567_000), "retval": .number(-16),
            ]
        ),
        (
            " 1)   0.500 us    |  } /* klp_enable_patch ret=0x0 */", .functionReturn, "klp_enable_patch",
            [
                "depth": .number(0), "duration": .number(500), "retval": .number(0),
            ]
        ),
        (" 1)  klp_enable_patch() {", .functionEntry, "klp_enable_patch", ["depth": .number(0)]),
        (
            "  118.151857 |   1)  modprob-692   |  d..1. |               |  f() {", .functionEntry, "f",
            ["depth": .number(0)]
        ),
    ]

    @Test(arguments: calls)
    func linesOfAGraphAreReadInTheirVariants(
        _ line: String, _ kind: TraceRecord.Kind, _ name: String, _ fields: [String: TraceField.Value]
    ) throws {
        let record = try traceRecord(line + "\n", .functionGraph)
        #expect(record.kind == kind)
        #expect(record.name == name)
        #expect(record.cpu == 1)
        #expect(Dictionary(record.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) == fields)
    }

    @Test func aLeafIsAnEntryAndAReturn() throws {
        let line = "  118.151857 |   1)  modprob-692   | + 12.345 us   |  f [m](); /* = 0x1 */\n"
        let records = readTrace(line, format: .functionGraph).records
        #expect(records.map(\.kind) == [.functionEntry, .functionReturn])
        #expect(records.map(\.time) == [118_151_857_000, 118_151_869_345])
        #expect(records.last?["retval"] == .number(1))
        #expect(records.allSatisfy { $0.task == TraceTask(name: "modprob", pid: 692) && $0["module"] == .text("m") })
    }

    @Test func eventsBetweenTheCallsAreEvents() throws {
        let reading = readTrace(
            """
             1)               |  klp_enable_patch() {
             1)               |  /* module_load: livepatch_sample OEK */
             1)               |  /* klp-verify: note */
             1)               |  /* console: first
            second */
             1)   ==========> |
             1)   0.500 us    |    smp_call();
             1)   <========== |
             1) ! 100.000 us  |  }

            """)
        #expect(reading.summary.format == .functionGraph)
        #expect(reading.summary.unrecognised == 0)
        #expect(
            reading.records.map(\.name) == [
                "klp_enable_patch", "module_load", "print", "console", "smp_call", "smp_call", "klp_enable_patch",
            ])
        #expect(reading.records[1]["name"] == .text("livepatch_sample"))
        #expect(reading.records[2]["buf"] == .text("klp-verify: note"))
        #expect(reading.records[3]["msg"] == .text("first\nsecond"))
    }

    @Test func aLossForgetsWhatWasOpen() {
        let reading = readTrace(" 1)               |  f() {\nCPU:1 [LOST 3 EVENTS]\n 1) ! 100.000 us  |  }\n")
        #expect(reading.records.map(\.name) == ["f", ""])
    }
}

/// Functions of modules that are delivered for who calls them.
@Suite struct CalledFunctionTests {
    private func names(_ lines: [String], tracer: String = "function") -> [String] {
        let text = "# tracer: \(tracer)\n#\n" + lines.joined(separator: "\n") + "\n"
        return TextTraceReader(
            source: 0, wanted: { $0 == "klp_enable_patch" }, callers: { $0.isEmpty || $0.hasPrefix("klp_") }
        ).read(Array(text.utf8)).records.map(\.name)
    }

    @Test func theFunctionTracerNamesTheCaller() {
        let head = "            bash-102     [001] d..1.   118.151857: "
        #expect(
            names([
                head + "klp_enable_patch <-fix_init [fix]",
                head + "prepare [fix] <-klp_enable_patch",
                head + "elsewhere [fix] <-do_one_initcall",
                // No callee of the kernel's own, and no caller that is a module's.
                head + "mutex_lock <-klp_enable_patch",
                head + "helper [fix] <-klp_prepare [fix]",
            ]) == ["klp_enable_patch", "prepare"])
    }

    @Test func theFunctionGraphShowsTheCallerOnTheLevelAbove() {
        let line = { (level: Int, text: String) in
            "  100.000010 |   0)  rmmod-300   |               |  \(String(repeating: "  ", count: level))\(text)"
        }
        #expect(
            names(
                [
                    line(0, "klp_enable_patch() {"), line(1, "prepare [fix]() {"), line(2, "helper [fix]();"),
                    line(1, "}"),
                    line(1, "mutex_lock();"), line(0, "}"), line(0, "outermost [fix]();"),
                    line(0, "do_one_initcall() {"),
                    line(1, "elsewhere [fix]();"), line(0, "}"),
                ], tracer: "function_graph"
            ).filter { $0 != "klp_enable_patch" } == ["prepare", "outermost"])
    }
}
