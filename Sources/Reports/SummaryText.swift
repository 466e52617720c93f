import Conformance
import KernelLog
import Livepatch
import Reconstruction
import ReferenceEngine
import Timeline

/// One boot in a few lines: kernel, livepatches, what was lost, what could not be checked.
struct SummaryText {
    let report: Report
    let boot: Analysis
    let paint: Paint

    func lines() -> [String] {
        [kernel] + TraceText(boot: boot, sources: report.sources).alignments + livepatches + shadowVariables
            + TraceText(boot: boot, sources: report.sources).shadowVariables + crash
            + stalls + strayBlockers + silent + refusals + loss
            + notChecked
    }

    private var kernel: String {
        let release = boot.boot.kernelRelease.map { "Linux \($0)" } ?? "kernel not named"
        return "kernel: \(release); \(generation)"
    }

    /// `generation linux-5.5 (by the banner)`.
    private var generation: String {
        let names = boot.generations.map(\.rawValue)
        guard boot.evidence.possible.count < Generation.released.count else { return "generation not told by any line" }
        if names.count == 1 { return "livepatch as in \(names[0]) (\(because))" }
        return "livepatch as in \(names.first ?? "?") to \(names.last ?? "?") (\(because))"
    }

    /// What told the generation.
    private var because: String {
        if boot.evidence.isGiven { return "as told" }
        guard !boot.evidence.isNarrowedByBanner, let witness = boot.evidence.witnesses.last else {
            return boot.boot.banner == nil ? "by the kernel's name" : "by the banner"
        }
        return "by \(Location.text(witness.observation.record.place, report.sources))"
    }

    private var livepatches: [String] {
        boot.histories.flatMap { history -> [String] in
            var lines = ["livepatch \(paint.bold(history.name)): \(status(history.status))"]
            lines += transitions(history.transitions)
            if history.callbackCount > 0 {
                lines.append("  callbacks: \(Words.count(history.callbackCount, "line")) (\(callbacks(history.name)))")
            }
            return lines
        }
    }

    private var shadowVariables: [String] {
        let more = boot.shadowUses.count - 6
        return boot.shadowUses.prefix(6).map { use in
            var parts = [
                "\(Words.count(use.calls, "call")) by \(use.caller)", "\(use.created) created", "\(use.freed) freed",
            ]
            if let left = use.left { parts.append("\(left) left") }
            return "shadow variables: \(parts.joined(separator: ", "))"
        } + (more > 0 ? ["shadow variables: and \(Words.count(more, "other module"))"] : [])
    }

    private func callbacks(_ patch: String) -> String {
        let seen = boot.seenCallbacks[patch] ?? [:]
        let order = boot.manifest.livepatches[patch]?.objects.map(\.name) ?? []
        let objects = order.filter { seen[$0] != nil } + seen.keys.filter { !order.contains($0) }.sorted()
        let ofObjects = objects.map { object in
            let kinds = CallbackKind.allCases.filter { seen[object]?.contains($0) == true }.map(\.rawValue)
            return "\(object): \(kinds.joined(separator: " "))"
        }
        let states = boot.seenStateCallbacks[patch] ?? [:]
        let ofStates = states.sorted { $0.key < $1.key }.map { id, seen in
            let kinds = CallbackKind.allCases.filter(seen.contains).map { Words.name($0, in: boot.generations) }
            return "state \(id): \(kinds.joined(separator: " "))"
        }
        return (ofObjects + ofStates).joined(separator: "; ")
    }

    private func status(_ status: LivepatchHistory.Status) -> String {
        switch status {
        case .enabled(let since): "enabled\(place(" since", since))"
        case .enabledOrReplaced(let others, let since):
            "enabled\(place(" since", since)), or replaced by \(alternatives(others)): nothing tells"
        case .disabled(let by): "disabled\(place(" at", by))"
        case .replaced(let by, let at): "replaced by '\(by)'\(place(" at", at))"
        case .inTransition(let direction, let since): "in transition (\(direction.rawValue))\(place(" since", since))"
        case .refused(let cause): "refused\(cause.map { ": \(said($0)) (\(self.where($0)))" } ?? "")"
        case .unknown: "state not known"
        }
    }

    /// `'a' or 'b'`, or how many there are.
    private func alternatives(_ names: [String]) -> String {
        if names.count > 3 { return "one of \(names.count) later ones" }
        return names.map { "'\($0)'" }.joined(separator: " or ")
    }

    /// All of them if they are few; of many those that are notable, and how long the others took.
    private func transitions(_ all: [TransitionHistory]) -> [String] {
        guard all.count > 6 else { return all.flatMap { transition($0) } }
        let notable = all.filter(\.isNotable)
        let others = all.filter { !$0.isNotable }.compactMap(\.duration)
        var lines = notable.prefix(6).flatMap { transition($0) }
        if notable.count > 6 {
            lines.append("  and \(Words.count(notable.count - 6, "other transition")) of that kind")
        }
        if let shortest = others.min(), let longest = others.max() {
            lines.append(
                "  \(Words.count(others.count, "ordinary transition")) took \(Words.duration(shortest)) to \(Words.duration(longest))"
            )
        }
        return lines
    }

    private func transition(_ transition: TransitionHistory) -> [String] {
        let needsLine = transition.isNotable
        var text = "  \(transition.direction.rawValue)"
        text +=
            transition.duration.map { " took \(Words.duration($0))" } ?? (transition.end == nil ? " is not over" : "")
        let isTurned = !transition.reversals.isMultiple(of: 2)
        let first = isTurned ? " as \(transition.direction.reversed.rawValue)" : ""
        if let start = transition.start { text += ", begun\(first) at \(self.where(start))" }
        if let tasks = tasks(transition) { text += "; \(tasks)" }
        if transition.reversals > 0 {
            text += ", reversed\(transition.reversals > 1 ? " \(transition.reversals) times" : "")"
        }
        if let signal = transition.signal { text += ", tasks signaled at \(self.where(signal))" }
        if let force = transition.force { text += ", forced at \(self.where(force))" }
        let lines = needsLine || transition.duration != nil ? [text] : []
        return lines + BlockerText(sources: report.sources).lines(transition) + whereToLook(transition)
    }

    /// What tells, on a machine that stands in the transition, whom it waits for. (proc_pid_patch_state, 4.12 to 7.2)
    private func whereToLook(_ transition: TransitionHistory) -> [String] {
        guard transition.end == nil, boot.crash == nil, boot.finalState.transition != nil else { return [] }
        let state = transition.direction == .patching ? 0 : 1
        return [
            "    on the machine, 'grep -lx \(state) /proc/[0-9]*/task/*/patch_state' lists the tasks that it still waits for"
        ]
    }

    /// What traces tell of how the time was spent.
    private func tasks(_ transition: TransitionHistory) -> String? {
        guard let rounds = transition.rounds else { return nil }
        var parts = [
            transition.preparingTime.map { "prepared in \(Words.duration($0)) before" },
            transition.waitingTime.map { "waited \(Words.duration($0)) in \(Words.count(rounds, "round"))" }
                ?? (transition.end == nil && rounds > 0 ? "\(Words.count(rounds, "round")) so far" : nil),
            transition.completingTime.map { "completed in \(Words.duration($0))" },
        ].compactMap { $0 }
        if let tasks = transition.selfSwitched {
            parts.append("\(Words.count(tasks, "task")) switched on \(tasks == 1 ? "its" : "their") own")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private var crash: [String] {
        guard let crash = boot.crash else { return [] }
        let busy = boot.finalState.transition.map {
            " while '\($0.patch)' was in transition (\($0.direction.rawValue))"
        }
        let enabled = boot.finalState.patches
            .filter { $0.isEnabled && !boot.finalState.isInTransition($0.name) }.map { "'\($0.name)'" }
        let state = enabled.isEmpty ? "" : "; enabled then: \(Words.list(enabled))"
        let kind = crash.event.message == .lockup ? "lockup" : "crash"
        return [paint.red("\(kind): \(crash.record.message)") + " (\(self.where(crash)))\(busy ?? "")\(state)"]
    }

    /// Tasks that hold up a transition of which the log shows nothing else.
    private var strayBlockers: [String] {
        guard boot.histories.isEmpty else { return [] }
        let lines = boot.observations.filter { Blocker($0.event) != nil }
        return lines.prefix(5).map { "a transition waits: \($0.record.message) (\(self.where($0)))" }
    }

    private var stalls: [String] {
        guard let stall = boot.observations.first(where: { $0.event.message == .stall }) else { return [] }
        return [paint.yellow("stall: \(stall.record.message)") + " (\(self.where(stall)))"]
    }

    /// Refusals without a line.
    private var silent: [String] { RefusalText(boot: boot, sources: report.sources).sentences.map(\.text) }

    private var refusals: [String] {
        let all = boot.observations.filter { $0.event.message.isRefusal || $0.event.message.endsRefusal }
        let more = all.count > 8 ? ["refusal: and \(Words.count(all.count - 8, "other"))"] : []
        return all.prefix(8).map { "refusal: \(said($0)) (\(self.where($0)))" } + more
    }

    private var loss: [String] {
        var lines = boot.boot.losses.prefix(5).map { loss in
            let count = loss.count.map { Words.count($0, "record") } ?? "records"
            let way = loss.evidence == .traceDamage ? "behind" : "before"
            return "lost: \(count) \(way) \(line(loss.place)) (\(evidence(loss)))"
        }
        lines += report.missing(of: boot).map { "lost: klp-record says: \($0)" }
        if boot.boot.losses.count > 5 { lines.append("lost: and in \(boot.boot.losses.count - 5) other places") }
        for index in boot.boot.sources where report.sources.indices.contains(index) {
            let source = report.sources[index]
            if let first = source.summary?.firstSequence, first > 0 {
                lines.append(
                    "lost: the first \(Words.count(Int(clamping: first), "record")) of the boot are not in \(source.name)"
                )
            }
            if let error = source.error { lines.append("damaged: \(error.description)") }
        }
        return lines
    }

    private func line(_ place: Place) -> String { Location.text(place, report.sources) }

    private func evidence(_ loss: Loss) -> String {
        switch loss.evidence {
        case .sequenceGap: "the sequence numbers jump"
        case .droppedMarker: "the log says so"
        case .suppressedMarker: "rate limit of /dev/kmsg"
        case .traceLoss: "the trace says so"
        case .traceDamage: "the trace cannot be read from there on"
        }
    }

    private var notChecked: [String] {
        (TraceText(boot: boot, sources: report.sources).notChecked
            + NotChecked(boot: boot, sources: report.sources).sentences)
            .map { "not checked: \($0)" }
    }

    /// The line as it stands, or what it would be if the function had printed.
    private func said(_ observation: Observation) -> String {
        observation.isPrinted ? observation.record.message : Words.line(observation.event, in: boot.generations)
    }

    private func `where`(_ observation: Observation) -> String { Location.text(observation, report.sources) }

    private func place(_ word: String, _ observation: Observation?) -> String {
        Location.text(word, observation, report.sources)
    }
}

extension TransitionHistory {
    /// True if there is more to tell of it than how long it took.
    var isNotable: Bool {
        end == nil || reversals > 0 || signal != nil || force != nil || (duration ?? 0) > 10_000_000
            || blockers.contains { $0.count > Self.ordinaryRounds }
    }

    /// A task that is busy is often refused in the first rounds: the next one comes a second later.
    private static let ordinaryRounds = 2
}
