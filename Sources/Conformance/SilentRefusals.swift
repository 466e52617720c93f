import Livepatch
import Reconstruction
import ReferenceEngine

/// An operator's command that the kernel refused without a line of its own.
public struct SilentRefusal: Hashable, Sendable {
    /// Why, as far as the state of the subsystem tells.
    public enum Reason: Hashable, Sendable {
        /// -EBUSY: the patch was in transition since that line.
        case busy(patch: String, since: Observation?)
        /// -EINVAL: the patch was enabled, or disabled, already.
        case sameValue
        /// The patch was not there: its directory in sysfs was gone.
        case absent
    }

    /// The command's line.
    public var command: Observation
    /// The livepatch it was about.
    public var patch: String
    /// Why nothing came of it.
    public var reason: Reason
}

extension Analysis {
    /// Commands in the log after which the kernel printed nothing although they were about a livepatch.
    public var silentRefusals: [SilentRefusal] {
        let commands = observations.filter { $0.event.message == .command || $0.event.message == .testHeader }
        return commands.enumerated().compactMap { place, command in
            guard let parsed = Command(command.event.text ?? ""), command.event.message == .command else { return nil }
            let end = place + 1 < commands.count ? commands[place + 1].index : observations.count
            let answer = observations[(command.index + 1)..<end]
            switch parsed {
            case .load(let module, _): return refusalOfLoad(module, command, answer)
            case .write(let value, let patch, "enabled"): return refusalOfWrite(value, patch, command, answer)
            default: return nil
            }
        }
    }

    private var timeline: StateTimeline { StateTimeline(operations: operations) }

    private func refusalOfLoad(
        _ module: String, _ command: Observation, _ answer: ArraySlice<Observation>
    ) -> SilentRefusal? {
        let isAnswered = answer.contains {
            $0.event.patch == module || $0.event.object == module || $0.event.message.isRefusal
        }
        guard !isAnswered, let running = timeline.transition(at: command.index) else { return nil }
        return SilentRefusal(
            command: command, patch: module, reason: .busy(patch: running.patch, since: running.since))
    }

    private func refusalOfWrite(
        _ value: String, _ patch: String, _ command: Observation, _ answer: ArraySlice<Observation>
    ) -> SilentRefusal? {
        guard !answer.contains(where: { $0.event.patch == patch }) else { return nil }
        let state = timeline.state(before: command.index)
        if let running = timeline.transition(at: command.index), running.patch != patch {
            return SilentRefusal(
                command: command, patch: patch, reason: .busy(patch: running.patch, since: running.since))
        }
        guard let entry = state?.patch(patch) else {
            return histories.contains { $0.name == patch }
                ? SilentRefusal(command: command, patch: patch, reason: .absent) : nil
        }
        return entry.isEnabled == (value != "0")
            ? SilentRefusal(command: command, patch: patch, reason: .sameValue) : nil
    }
}
