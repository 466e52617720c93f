import Conformance
import Ftrace
import Livepatch
import LivepatchTrace
import Reconstruction
import Timeline

/// What a boot's traces have to say of themselves: how they were put together with the logs, and what they cannot tell.
struct TraceText {
    let boot: Analysis
    let sources: [Source]

    /// How each trace was put beside the other sources.
    var alignments: [String] {
        let first = boot.traces.first { $0.alignment == nil }.map(name) ?? "the log"
        return boot.traces.compactMap { aligned in
            guard let alignment = aligned.alignment else { return nil }
            let shared = "\(Words.count(alignment.shared, "event")) in both"
            guard let offset = alignment.offset else {
                return "trace \(name(aligned)): put beside \(first) by the order of events alone, \(shared)"
            }
            let ahead = "\(Words.seconds(abs(offset))) s \(offset < 0 ? "behind" : "ahead of")"
            return
                "trace \(name(aligned)): its clock is \(ahead) \(first)'s, within \(Words.duration(alignment.spread)); \(shared)"
        }
    }

    /// What each trace shows of the calls about shadow variables.
    var shadowVariables: [String] {
        boot.tracedShadowUses.map { use in
            var parts = ["\(Words.count(use.calls, "call")) in \(name(use.source))", "\(use.verified) verified"]
            if use.verified > 0 { parts += ["\(use.created) created", "\(use.freed) freed"] }
            if use.verified > 0, let left = use.left { parts.append("\(left) left") }
            return "shadow variables: \(parts.joined(separator: ", "))"
        }
    }

    /// What the traces show of livepatch without saying of which.
    var notChecked: [String] { uncheckedCalls + namelessCalls + callbacksOfUnknownObjects }

    /// Callbacks that a function tracer shows: which they are, and not for which klp_object.
    private var callbacksOfUnknownObjects: [String] {
        boot.traces.flatMap { aligned -> [String] in
            var counts: [String: [String: Int]] = [:]
            for event in aligned.nameless where event.isCallbackOfUnknownObject {
                guard let patch = event.event.patch, let kind = event.event.callback else { continue }
                counts[patch, default: [:]]["\(event.record.name) as \(kind.rawValue)", default: 0] += 1
            }
            return counts.sorted { $0.key < $1.key }.map { patch, counts in
                "callbacks of '\(patch)' in \(name(aligned)) (\(Self.list(counts))): for which objects, the trace does not tell"
            }
        }
    }

    /// Calls about shadow variables of which nothing told what they had to find.
    private var uncheckedCalls: [String] {
        boot.tracedShadowUses.filter { $0.verified < $0.calls }.map { use in
            "\(use.calls - use.verified) of \(Words.count(use.calls, "call")) about shadow variables in \(name(use.source)): "
                + "the trace does not tell what they had to find"
        }
    }

    private var namelessCalls: [String] {
        boot.traces.flatMap { aligned -> [String] in
            // Calls about shadow variables are no livepatch's, and counted by themselves.
            let nameless = aligned.nameless.filter {
                !$0.record.name.hasPrefix("klp_shadow_") && !$0.isCallbackOfUnknownObject
            }
            let damage = Self.distinct(aligned.trace.damage).prefix(3).map { "damaged: \(name(aligned)): \($0)" }
            guard !nameless.isEmpty else { return Array(damage) }
            var counts: [String: Int] = [:]
            // One call may stand for several lines.
            for record in Set(nameless.map(\.record)) { counts[record.name, default: 0] += 1 }
            return [
                "calls in \(name(aligned)) that were traced without arguments (\(Self.list(counts))): of which "
                    + "livepatch, nothing tells; 'klp-verify inspect' says which probes do, and a dmesg of the same run does too"
            ] + damage
        }
    }

    /// The CPUs of a file that is cut say the same.
    private static func distinct(_ damage: [String]) -> [String] {
        damage.enumerated().filter { place, text in !damage[..<place].contains(text) }.map(\.element)
    }

    /// What to do about a raw trace.
    static let raw = "its events are numbers whose meaning only the kernel knows; set trace_options/raw to 0"

    /// Why a trace gave nothing.
    static func nothing(_ trace: LivepatchTrace) -> String {
        if trace.isRaw {
            return "a raw trace: \(raw)"
        }
        if let damage = trace.damage.first {
            let more = trace.damage.count > 1 ? " and \(Words.count(trace.damage.count - 1, "other place"))" : ""
            let place = damage.hasSuffix(".") ? String(damage.dropLast()) : damage
            return "damaged (\(place)\(more)), and nothing of livepatch in what could be read"
        }
        var counts: [String: Int] = [:]
        for case .entry(let function) in trace.steps.map(\.kind) where function.isOfLivepatch {
            counts[function.name, default: 0] += 1
        }
        let advice = "'klp-verify inspect' says which probes are missing"
        guard !counts.isEmpty else { return "nothing of livepatch in this trace; \(advice)" }
        return "calls of livepatch's functions (\(list(counts))) that make no whole operation; \(advice)"
    }

    /// `5 of klp_enable_patch, 3 of klp_module_coming`, the most frequent first.
    private static func list(_ counts: [String: Int]) -> String {
        let calls = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(6).map {
            "\($0.value) of \($0.key)"
        }
        let more = counts.count > 6 ? " and of \(counts.count - 6) other functions" : ""
        return calls.joined(separator: ", ") + more
    }

    /// One line that names the fault.
    static func title(_ fault: TraceFault) -> String {
        switch fault {
        case .moduleGivenUp(let patch): "the module of '\(patch)' is given up while the livepatch is in use"
        case .forcedModuleGivenUp(let patch): "the module of '\(patch)' is given up although its transition was forced"
        case .result(let function, let name, let errno, let message):
            "\(function) of '\(name)' returned \(Words.errno(errno)), which its line contradicts (\(message.rawValue))"
        case .busyWithoutTransition(let patch):
            "klp_enable_patch of '\(patch)' returned -EBUSY, and no livepatch was in transition"
        case .loadedAlthoughRefused(let module, let errno):
            "'\(module)' was loaded although klp_module_coming returned \(Words.errno(errno))"
        case .staysLoaded(let patch, let errno):
            "the module of '\(patch)' stays loaded although klp_enable_patch returned \(Words.errno(errno))"
        case .interleaved(let function, let bracket):
            "\(function) ran while another task was at work since \(bracket), which keeps klp_mutex"
        }
    }

    private func name(_ aligned: AlignedTrace) -> String { name(aligned.trace.source) }

    private func name(_ source: Int) -> String { Location.name(source, sources) }
}
