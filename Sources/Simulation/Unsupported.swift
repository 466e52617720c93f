import Livepatch
import Scenarios

extension Scenario {
    /// What the livepatches have that a kernel of the generation does not know: there such modules do not compile, and the prediction
    /// is that of livepatches without it.
    public func unsupported(in generation: Generation) -> [String] {
        let livepatches = manifest.livepatches.values
        let policies = generation.policies
        var result: [String] = []
        if policies.callbackOwner != .objects,
            livepatches.contains(where: { $0.objects.contains { !$0.callbacks.isEmpty } })
        {
            result.append("callbacks of objects")
        }
        if policies.replace == .absent,
            livepatches.contains(where: { $0.replace != .fixed(false) && $0.replace != nil })
        {
            result.append("replace")
        }
        if policies.replace != .withinSet, livepatches.contains(where: { $0.replaceSet != nil }) {
            result.append("sets of replaced livepatches")
        }
        if policies.stateCompatibility == .absent, livepatches.contains(where: { $0.states?.isEmpty == false }) {
            result.append("states")
        }
        if policies.callbackOwner != .states,
            livepatches.contains(where: { $0.states?.contains { !$0.callbacks.isEmpty } == true })
        {
            result.append("callbacks of states")
        }
        if policies.shadowOwner != .registeredTypes,
            livepatches.contains(where: { $0.objects.contains { !$0.shadowTypes.isEmpty } })
        {
            result.append("types of shadow variables")
        }
        return result
    }
}
