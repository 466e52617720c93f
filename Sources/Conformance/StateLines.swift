import Livepatch
import Reconstruction

/// What livepatches print of their states can be judged only if it is described.
enum StateLines {
    /// The sections without the lines about states of livepatches whose states' lines nobody has described, and without callbacks
    /// of states, which released kernels do not have.
    static func judged(_ sections: [Section], _ manifest: Manifest) -> [Section] {
        sections.compactMap { section in
            guard section.observations.contains(where: { $0.event.message.isAboutStates }) else { return section }
            var result = section
            result.observations.removeAll { observation in
                observation.event.message.isAboutStates
                    && !(observation.event.message == .stateOutput
                        && isDescribed(observation.event.patch ?? "", manifest))
            }
            return result.observations.isEmpty ? nil : result
        }
    }

    private static func isDescribed(_ patch: String, _ manifest: Manifest) -> Bool {
        manifest.livepatches[patch]?.states?.contains { !$0.prints.isEmpty } == true
    }
}

extension Livepatch.MessageID {
    fileprivate var isAboutStates: Bool { isOfStates || self == .stateOutput || self == .disableBlocked }
}
