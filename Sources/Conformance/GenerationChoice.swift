import Livepatch
import Reconstruction
import Timeline

/// Which generations the kernel may be of: what its lines allow, then what its banner says.
public struct GenerationEvidence: Sendable {
    /// Those that remain.
    public private(set) var possible: [Generation] = Generation.released
    /// The lines that narrowed them, with what they left.
    public private(set) var witnesses: [(observation: Observation, left: [Generation])] = []
    /// Lines that no remaining generation prints: another dialect in the same boot.
    public private(set) var contradicting: [Observation] = []
    /// True if the banner narrowed them further.
    public private(set) var isNarrowedByBanner = false

    /// True if somebody said which it is.
    public let isGiven: Bool

    /// - Parameter given: what somebody says that it is; then nothing else counts.
    init(observations: [Observation], kernelRelease: String?, given: Generation? = nil) {
        isGiven = given != nil
        if let given {
            possible = [given]
        } else if observations.contains(where: { $0.event.message.isOfProposal }) {
            possible = GenerationSet.withStateCallbacks.members
        } else if observations.contains(where: { $0.event.message.isAboutShadowTypes }) {
            possible = [.shadowTypes2022]
        }
        for observation in observations {
            guard let printing = observation.generations else { continue }
            // Other modules may print such words too.
            if observation.event.message == .stateDestructor { continue }
            let left = possible.filter(printing.contains)
            if left.isEmpty {
                contradicting.append(observation)
            } else if left.count < possible.count {
                possible = left
                witnesses.append((observation, left))
            }
        }
        guard given == nil, let kernelRelease, let named = Self.generation(of: kernelRelease), possible.contains(named)
        else {
            return
        }
        isNarrowedByBanner = possible.count > 1
        possible = [named]
    }

    /// The latest of the possible generations, if in all of them states have callbacks.
    var withStateCallbacks: Generation? {
        possible.allSatisfy { $0.policies.callbackOwner == .states } ? possible.last : nil
    }

    /// The generation of a kernel release. Nil for kernels whose vendors take over later livepatch code: RHEL's 4.18 has
    /// the states of 5.5, SLE's 4.12 the callbacks of 4.15.
    static func generation(of release: String) -> Generation? {
        let numbers = release.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count >= 2 else { return nil }
        let isOld = numbers[0] < 5 || (numbers[0] == 5 && numbers[1] < 5)
        let vendors = [".el", "-default", ".oe", ".an", ".ky", ".tl", "uek", ".amzn"]
        if isOld && vendors.contains(where: release.contains) { return nil }
        return Generation(major: numbers[0], minor: numbers[1])
    }
}

extension Livepatch.MessageID {
    /// Lines that no released kernel and none of its livepatches prints: the kernel is one of those whose states have callbacks.
    fileprivate var isOfProposal: Bool { self == .stateCallback || self == .disableBlocked }
}
