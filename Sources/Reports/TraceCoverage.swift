import Ftrace

/// What of livepatch a trace records, and what a better one would.
struct TraceCoverage {
    /// How often each was met; 0 if it was recorded and never happened. What both a probe and a tracer recorded counts once.
    private let counts: [TracePoint: Int]
    /// What the recorder did not have to say: a text does not tell what was recorded and never happened, nor do the function
    /// tracers.
    private let isUncertain: Bool
    /// The functions that only a function tracer recorded, which does not record arguments.
    private let bare: Set<TracePoint>
    /// The kernel that was traced, if the trace says it.
    private let kernel: LinuxVersion?

    /// A file with more formats has those of all events of its kernel, whatever was recorded.
    private static let mostChosenEvents = 500

    /// What a `trace.dat` records.
    init(_ found: TraceFileInspection) {
        isUncertain = !found.functions.isEmpty
        var events = found.events.map { (TracePoint.event($0.name), $0.count) }
        if found.recordable.count < Self.mostChosenEvents {
            events += found.recordable.map { (.event($0.name), 0) }
        }
        let functions = Self.points(found.functions)
        let probes = Self.points(found.probes)
        counts = Self.counts([events, functions, probes])
        bare = Set(functions.map(\.0)).subtracting(probes.map(\.0))
        kernel = found.options.kernelRelease.flatMap(LinuxVersion.init)
    }

    /// What a text trace shows.
    init(_ found: TextTraceSummary) {
        isUncertain = true
        let functions = Self.points(found.counts)
        let probes = Self.points(found.probes)
        counts = Self.counts([functions, probes])
        bare = Set(functions.map(\.0).filter(\.isFunction)).subtracting(probes.map(\.0))
        kernel = found.header.kernel.flatMap(LinuxVersion.init)
    }

    private static func counts(_ witnesses: [[(TracePoint, Int)]]) -> [TracePoint: Int] {
        var counts: [TracePoint: Int] = [:]
        for witness in witnesses { counts.merge(Dictionary(witness, uniquingKeysWith: +), uniquingKeysWith: max) }
        return counts
    }

    private static func points(_ names: [TracedName: Int]) -> [(TracePoint, Int)] {
        names.map { name, count in
            switch name.kind {
            case .event: (.event(name.name), count)
            case .functionEntry: (.entry(FunctionName.canonical(name.name) ?? name.name), count)
            case .functionReturn: (.functionReturn(FunctionName.canonical(name.name) ?? name.name), count)
            }
        }
    }

    private static func points(_ probes: [TraceProbe: Int]) -> [(TracePoint, Int)] {
        probes.flatMap { probe, count -> [(TracePoint, Int)] in
            let name =
                probe.function
                ?? FunctionName.function(ofProbe: probe.event, isReturn: probe.point == .functionReturn)
            let function = FunctionName.canonical(name) ?? name
            return switch probe.point {
            case .entry: [(.entry(function), count)]
            case .functionReturn: [(.functionReturn(function), count), (.result(function), count)]
            case .inside: []
            }
        }
    }
}

// MARK: - In words

extension TraceCoverage {
    /// So many functions that are in no group are named.
    private static let mostOthers = 8

    /// The lines of a report: what is recorded, in groups, what is missing, and how to add it.
    var lines: [String] {
        let missing = TraceProbes.groups.map { group in
            group.wishes.filter { !$0.isExtra && $0.isPossible(in: kernel) && (!isGranted($0) || isBare($0)) }
        }
        var lines = ["  of livepatch:"]
        for (group, missing) in zip(TraceProbes.groups, missing) {
            let recorded = group.wishes.flatMap(\.points).filter { counts[$0] != nil }
            let hits = recorded.filter { counts[$0] != 0 }.map { "\(counts[$0, default: 0]) \($0.name)" }
            let parts = [
                list("", hits), list("never hit: ", recorded.filter { counts[$0] == 0 }.map(\.name)),
                list("without arguments: ", missing.filter(isBare).map(\.point.name)),
                list(isUncertain ? "not seen: " : "not recorded: ", missing.filter { !isBare($0) }.map(\.point.name)),
            ].compactMap { $0 }
            lines.append("    \(group.tells): \(parts.joined(separator: "; "))")
        }
        if let others { lines.append("    others: \(others)") }
        return lines + commands(zip(TraceProbes.groups, missing).filter { !$0.1.isEmpty }.map { ($0.0.tells, $0.1) })
    }

    private func list(_ title: String, _ names: [String]) -> String? {
        names.isEmpty ? nil : title + names.joined(separator: ", ")
    }

    private func isGranted(_ wish: TraceProbes.Wish) -> Bool { wish.points.contains { counts[$0] != nil } }

    /// True if it was recorded without the arguments that tell which livepatch, object or module it is about.
    private func isBare(_ wish: TraceProbes.Wish) -> Bool {
        isGranted(wish) && !wish.arguments.isEmpty && wish.points.allSatisfy { counts[$0] == nil || bare.contains($0) }
    }

    private var others: String? {
        let known = Set(TraceProbes.groups.flatMap { $0.wishes.flatMap(\.points) })
        let others = counts.filter { point, _ in
            guard point.isOfLivepatch, !known.contains(point) else { return false }
            // A return with its value was counted as one without, too.
            if case .result = point { return false }
            if case .functionReturn(let function) = point { return !known.contains(.result(function)) }
            return true
        }.sorted { ($1.value, $0.key.name) < ($0.value, $1.key.name) }
        guard !others.isEmpty else { return nil }
        let more = others.count - Self.mostOthers
        return others.prefix(Self.mostOthers).map { "\($0.value) \($0.key.name)" }.joined(separator: ", ")
            + (more > 0 ? ", and \(Words.count(more, "more function"))" : "")
    }

    private func commands(_ missing: [(tells: String, wishes: [TraceProbes.Wish])]) -> [String] {
        guard !missing.isEmpty else { return [] }
        let definitions = missing.map { $0.wishes.compactMap { $0.definition(for: kernel) } }.filter { !$0.isEmpty }
        let way =
            isUncertain
            ? "not seen (what was recorded and never happened is not seen either), or without arguments" : "missing"
        var lines = ["  to record what is \(way), as root:"]
        for group in definitions {
            let quoted = group.map { "'\($0)'" }.joined(separator: " ")
            lines.append("    for p in \(quoted); do echo \"$p\" >> /sys/kernel/tracing/kprobe_events; done")
        }
        if !definitions.isEmpty { lines.append("    echo 1 > /sys/kernel/tracing/events/klp/enable") }
        if missing.contains(where: { $0.tells == TraceProbes.blockers }) {
            lines.append("    \(TraceProbes.debugCommand)")
        }
        lines.append("    \(TraceProbes.recordCommand)")
        if !definitions.isEmpty {
            lines.append(
                "  (for 64-bit x86 and arm64 since Linux 4.20: $arg1, and 24 as the place of the name in struct module. "
                    + "What kprobe_events refuses is there already (File exists), or inlined, or not in this kernel: leave it out.)"
            )
        }
        return lines + remarks(definitions.joined())
    }

    /// What to know of some probes, and of events that cost much.
    private func remarks(_ definitions: some Sequence<String>) -> [String] {
        var lines: [String] = []
        if definitions.contains(where: { $0.hasPrefix("p:klp/klp_try_switch_task") }) {
            let place =
                "comm=+PLACE($arg1):string pid=+PLACE($arg1):s32 with their places in struct task_struct, which "
                + "'pahole -C task_struct' prints"
            switch kernel {
            case nil: lines.append("  (task->comm and task->pid need BTF, and Linux 6.6; before, write \(place).)")
            case let kernel? where kernel < TraceProbes.firstWithNamedFields:
                lines.append("  (task=$arg1:x64 tells tasks by their addresses; for names write \(place).)")
            default: lines.append("  (task->comm and task->pid need BTF: CONFIG_DEBUG_INFO_BTF.)")
            }
        }
        if kernel == nil, definitions.contains(where: { $0.hasPrefix("r:klp/klp_enable_patch_ret") }) {
            lines.append(
                "  (Before Linux 5.15 leave out the return of klp_enable_patch: its probe keeps the task from being switched.)"
            )
        }
        if counts[.event("sched_switch")] == nil {
            lines.append(
                "  (With '-e sched:sched_switch' the trace also tells what tasks do that keep a transition from its end: it gets much "
                    + "larger.)")
        }
        return lines
    }
}
