import Conformance
import Livepatch
import Reconstruction
import Timeline

/// What a boot's log cannot tell, and why: the other half of a verdict.
struct NotChecked {
    let boot: Analysis
    let sources: [Source]

    var sentences: [String] {
        open + nothing + beforeTheLog + debugLines + callbacks + states + inferred + shadowVariables + unmodelled
            + unknown
    }

    private var source: String { boot.isTraceAlone ? "trace" : "log" }

    private var open: [String] {
        boot.undecided.map { undecided in
            let place = undecided.place.map { " (\(Location.text($0.record.place, sources)))" } ?? ""
            return
                "\(UndecidedText.sentence(undecided, in: boot.generations))\(place); \(UndecidedText.advice(undecided.reason))"
        }
    }

    private var nothing: [String] {
        boot.hasSomethingToVerify || !boot.hasLivepatchLines && boot.observations.isEmpty
            ? [] : ["there is no livepatch operation in this \(source)"]
    }

    private var beforeTheLog: [String] {
        guard boot.hasOperations, boot.boot.banner == nil,
            let time = boot.boot.entries.lazy.compactMap(\.record.time).first, time.clock == .boot
        else { return [] }
        return [
            "what was enabled before \(Words.seconds(time.microseconds)) s: the \(source) does not begin with the boot"
        ]
    }

    private var debugLines: [String] {
        guard boot.hasOperations, !boot.showsDebugLines, !boot.isTraceAlone else { return [] }
        return [
            "debug lines (initializing, completing, reversing): none in the log; "
                + "'file kernel/livepatch/* +p' to dynamic_debug/control shows them"
        ]
    }

    private var callbacks: [String] {
        let silent = boot.histories
            .filter {
                $0.callbackCount == 0 && !$0.transitions.isEmpty && !boot.withUnknownStates.contains($0.name)
            }.map { "'\($0.name)'" }
        return silent.isEmpty
            ? [] : ["callbacks of \(Words.list(silent))\(boot.isTraceAlone ? ": none traced" : ": none printed")"]
    }

    private var states: [String] {
        let names = boot.histories.filter { boot.withUnknownStates.contains($0.name) }.map { "'\($0.name)'" }
        guard !names.isEmpty else { return [] }
        return [
            "which states \(Words.list(names)) \(names.count == 1 ? "has" : "have"): no callback of theirs printed, and what "
                + "livepatches share is handed over without a line; a --manifest settles it"
        ]
    }

    private var inferred: [String] {
        let named = boot.histories.filter { $0.callbackCount > 0 }.map(\.name)
        let silent = named.filter(boot.livepatchesWithSilentCallbacks.contains)
        let inferred = named.filter {
            !boot.livepatchesWithSilentCallbacks.contains($0) && !boot.describedLivepatches.contains($0)
        }
        return
            (inferred.isEmpty
            ? []
            : ["callbacks that \(Self.list(inferred)) never printed are taken as not defined; a --manifest settles it"])
            + (silent.isEmpty
                ? []
                : [
                    "callbacks of \(Self.list(silent)) that no trace shows, or none at a place that is sure: no line tells of them"
                ])
    }

    private static func list(_ names: [String]) -> String { Words.list(names.map { "'\($0)'" }) }

    /// Calls of which nothing told what they had to find.
    private var shadowVariables: [String] {
        boot.shadowUses.prefix(6).filter { $0.verified < $0.calls }.map { use in
            "\(use.calls - use.verified) of \(Words.count(use.calls, "call")) by \(use.caller) about shadow variables: "
                + "the log does not tell whether there was a variable before"
        }
    }

    private var unmodelled: [String] {
        var sentences: [String] = []
        let messages = Set(boot.observations.map(\.event.message))
        let unmodelled = boot.unmodelled
        if messages.contains(.kpatchCore) { sentences.append("kpatch.ko's own patching: not modelled") }
        if messages.contains(.kGraft) { sentences.append("kGraft: not modelled") }
        if unmodelled.contains(.stateCallback) || unmodelled.contains(.disableBlocked) {
            let names = [Generation.states2023, .states2025].map(\.rawValue)
            sentences.append("callbacks of states: livepatch has none as told; \(Words.list(names)) have")
        }
        if messages.contains(.shadowOutput) {
            sentences.append("lines about shadow variables in a form that no test module of a released kernel has")
        }
        return sentences
    }

    /// Lines with livepatch's prefix that the catalogue does not know.
    private var unknown: [String] {
        let lines = boot.observations.filter { $0.event.message == .unknown || $0.event.message == .vendorNote }
        guard let first = lines.first else { return [] }
        let more = lines.count > 1 ? " and \(Words.count(lines.count - 1, "other"))" : ""
        return ["\(Location.text(first.record.place, sources))\(more), of no released kernel: \(first.record.message)"]
    }
}
