import Livepatch

/// The registered types of shadow variables (struct klp_shadow_type and struct klp_shadow_type_reg of shadow-types-2022).
public struct ShadowTypes: Hashable, Sendable {
    /// How many registered types there are of an id (klp_shadow_type_reg.ref_cnt); never 0.
    public internal(set) var users: [UInt64: Int] = [:]
    /// The types, each a variable of its livepatch module, that are registered (klp_shadow_type.registered).
    public internal(set) var registered: Set<Variable> = []

    /// One struct klp_shadow_type.
    public struct Variable: Hashable, Sendable {
        /// The livepatch module that it is in.
        public let patch: String
        /// Its id.
        public let id: UInt64
    }

    /// Without any type.
    public init() {}
}

extension ReferenceEngine {
    /// klp_register_shadow_types: before the object's pre_patch callback.
    func registerShadowTypes(of object: String, _ patch: String, _ step: inout Step) {
        for type in shadowTypes(of: object, patch) {
            guard step.state.shadowTypes.registered.insert(type).inserted else {
                step.expect(Event(.shadowTypeKnownAlready, number: Int(clamping: type.id)), .typesHaveUsers)
                continue
            }
            step.state.shadowTypes.users[type.id, default: 0] += 1
        }
    }

    /// klp_unregister_shadow_types: after the object's post_unpatch callback. The last user's end is that of the variables.
    func unregisterShadowTypes(of object: String, _ patch: String, _ step: inout Step) {
        for type in shadowTypes(of: object, patch) {
            guard step.state.shadowTypes.registered.remove(type) != nil else {
                step.expect(Event(.shadowTypeNotKnown, number: Int(clamping: type.id)), .typesHaveUsers)
                continue
            }
            let users = (step.state.shadowTypes.users[type.id] ?? 1) - 1
            step.state.shadowTypes.users[type.id] = users > 0 ? users : nil
            guard users <= 0 else { continue }
            for key in step.state.shadowVariables.keys(of: type.id) { step.state.shadowVariables[key] = nil }
        }
    }

    /// A livepatch module that is loaded anew has registered nothing yet.
    func forgetRegistrations(of patch: String, _ step: inout Step) {
        step.state.shadowTypes.registered = step.state.shadowTypes.registered.filter { $0.patch != patch }
    }

    /// True if klp_shadow_get refuses the caller's type: one of a livepatch that has not registered it. What is no livepatch with
    /// types registers them by itself.
    func isUnregistered(_ call: ShadowCall, _ state: EngineState) -> Bool {
        guard policies.shadowOwner == .registeredTypes,
            description(call.caller).objects.contains(where: { $0.shadowTypes.contains(call.id) })
        else { return false }
        return !state.shadowTypes.registered.contains(ShadowTypes.Variable(patch: call.caller, id: call.id))
    }

    private func shadowTypes(of object: String, _ patch: String) -> [ShadowTypes.Variable] {
        guard policies.shadowOwner == .registeredTypes else { return [] }
        return (description(patch).object(object)?.shadowTypes ?? []).map { ShadowTypes.Variable(patch: patch, id: $0) }
    }
}
