import Livepatch
import Reconstruction

/// Callback lines under a name that is no livepatch's.
///
/// A livepatch may print with a prefix of its own (pr_fmt) instead of its module's name. Such lines say nothing that can be
/// held against a livepatch. A single strange name among others is a fault and stays; a name that comes again is a prefix.
enum CallbackNames {
    /// The observations, with callback lines of foreign prefixes turned into mere output.
    static func settled(_ observations: [Observation], known: some Collection<String>) -> [Observation] {
        var names = Set(known)
        for event in observations.map(\.event) where event.message.belongsToSection && !event.message.isOfLivepatch {
            if let patch = event.patch { names.insert(patch) }
        }
        var counts: [String: Int] = [:]
        for event in observations.map(\.event) where event.message.isOfLivepatch {
            if let patch = event.patch, !names.contains(patch) { counts[patch, default: 0] += 1 }
        }
        let prefixes = Set(counts.filter { $0.value > 1 }.keys)
        guard !prefixes.isEmpty else { return observations }
        return observations.map { observation in
            guard observation.event.message.isOfLivepatch, let patch = observation.event.patch, prefixes.contains(patch)
            else { return observation }
            var output = observation
            output.generations = nil
            output.event = Event(.moduleOutput, object: patch, text: observation.record.message)
            return output
        }
    }
}

extension Livepatch.MessageID {
    /// Lines that begin with the name of the livepatch whose callback printed them, or with its prefix.
    fileprivate var isOfLivepatch: Bool { self == .callback || isOfStates }
}
