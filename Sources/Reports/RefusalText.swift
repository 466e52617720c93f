import Conformance
import Livepatch
import Reconstruction
import Timeline

/// What was refused without a line: what functions and system calls returned in a trace, and commands to which nothing answered.
struct RefusalText {
    let boot: Analysis
    let sources: [Source]

    /// So many system calls are named.
    private static let most = 8

    /// Each refusal, and where it is seen.
    var sentences: [(text: String, place: Observation, name: String?, errno: Int?)] {
        let traced = Set(boot.tracedRefusals.map(\.patch))
        return boot.tracedRefusals.map { (returned($0), $0.place, $0.patch, $0.errno) }
            + boot.silentRefusals.filter { !traced.contains($0.patch) }
            .map { (unanswered($0), $0.command, $0.patch, nil) }
            + boot.refusedModuleCalls.prefix(Self.most).map { (refused($0), $0.place, $0.module, $0.errno) }
    }

    private func returned(_ refusal: TracedRefusal) -> String {
        let why = refusal.busyWith.map { ": '\($0)' was in transition\(place(" since", refusal.since))" } ?? ""
        return
            "klp_enable_patch of '\(refusal.patch)' returned \(Words.errno(refusal.errno)) (\(self.where(refusal.place)))\(why)"
    }

    private func unanswered(_ refusal: SilentRefusal) -> String {
        let why: String
        switch refusal.reason {
        case .busy(let patch, let since):
            why = "-EBUSY: '\(patch)' was in transition\(place(" since", since)); the kernel prints nothing then"
        case .sameValue: why = "-EINVAL: it had that value already; the kernel prints nothing then"
        case .absent: why = "'\(refusal.patch)' was not enabled: its directory in sysfs was gone"
        }
        return "no answer to \"\(refusal.command.event.text ?? "")\" (\(self.where(refusal.command))): \(why)"
    }

    private func refused(_ call: RefusedModuleCall) -> String {
        let module = call.module.map { " of '\($0)'" } ?? ""
        let inUse = call.inUse.filter { call.module == nil || call.module == $0 }.map { "'\($0)'" }
        let why =
            inUse.isEmpty || call.call != "delete_module"
            ? "" : ": \(Words.list(inUse)) \(inUse.count == 1 ? "was" : "were") in use"
        return
            "\(call.call)\(module) by \(call.task) returned \(Words.errno(call.errno)) (\(self.where(call.place)))\(why)"
    }

    private func `where`(_ observation: Observation) -> String { Location.text(observation, sources) }

    private func place(_ word: String, _ observation: Observation?) -> String {
        Location.text(word, observation, sources)
    }
}
