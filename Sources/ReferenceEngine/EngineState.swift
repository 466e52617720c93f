import Livepatch

/// The state of the livepatch subsystem: what kernel/livepatch keeps in klp_patches,
/// klp_transition_patch and klp_shadow_hash.
public struct EngineState: Hashable, Sendable {
    /// klp_patches, in the kernel's order: the order of enabling (before 5.1: of registering).
    public var patches: [PatchState]
    /// The transition that is running, if one is.
    public var transition: Transition?
    /// The target modules that are loaded (struct module, klp_alive).
    public var loadedModules: Set<String>
    /// The shadow variables. No livepatch and no module owns them.
    public var shadowVariables: ShadowVariables

    /// The registered types of shadow variables (shadow-types-2022).
    public var shadowTypes = ShadowTypes()
    /// The features that callbacks have allocated, by id (features-2019).
    public var features: [UInt: Feature] = [:]

    /// Puts a `EngineState` together from its parts.
    public init(
        patches: [PatchState] = [], transition: Transition? = nil, loadedModules: Set<String> = [],
        shadowVariables: ShadowVariables = ShadowVariables()
    ) {
        self.patches = patches
        self.transition = transition
        self.loadedModules = loadedModules
        self.shadowVariables = shadowVariables
    }

    /// The patch of that name on the list.
    public func patch(_ name: String) -> PatchState? { patches.first { $0.name == name } }

    /// True if the patch is the one in transition.
    public func isInTransition(_ name: String) -> Bool { transition?.patch == name }
}

/// klp_transition_patch and klp_target_state.
public struct Transition: Hashable, Sendable {
    /// The patch.
    public var patch: String
    /// Where it goes.
    public var direction: Direction
    /// True once the remaining tasks were signalled; every start begins a new count (klp_signals_cnt).
    public var isSignalled: Bool
    /// True once every task counts as switched, whatever it runs (klp_force_transition).
    public var isForced: Bool
    /// True if the patch replaces and disabled the states that it does not take over
    /// (klp_states_pre_unpatch_replaced_called, states-2025).
    public var hasDisabledStates: Bool

    /// Puts a `Transition` together from its parts.
    public init(
        patch: String, direction: Direction, isSignalled: Bool = false, isForced: Bool = false,
        hasDisabledStates: Bool = false
    ) {
        self.patch = patch
        self.direction = direction
        self.isSignalled = isSignalled
        self.isForced = isForced
        self.hasDisabledStates = hasDisabledStates
    }
}

/// One struct klp_patch.
public struct PatchState: Hashable, Sendable {
    /// The module's name.
    public var name: String
    /// klp_patch.enabled: true from the start of its patching on, false from the start of its unpatching on.
    public var isEnabled: Bool
    /// klp_patch.forced (before 5.1 the flag klp_forced while it is enabled): its module can never be removed.
    public var isPinned: Bool
    /// klp_patch.obj_list.
    public var objects: [ObjectState]
    /// The states that were set up, or found set up by another patch (klp_state_callbacks.setup_succeeded, states-2023;
    /// pre_patch_succeeded, states-2025).
    public var preparedStates: Set<UInt> = []

    /// Puts a `PatchState` together from its parts.
    public init(name: String, isEnabled: Bool, isPinned: Bool = false, objects: [ObjectState]) {
        self.name = name
        self.isEnabled = isEnabled
        self.isPinned = isPinned
        self.objects = objects
    }
}

/// One struct klp_object.
public struct ObjectState: Hashable, Sendable {
    /// `vmlinux` or the module's name.
    public var name: String
    /// klp_object.mod is set, or the object is vmlinux (klp_is_object_loaded).
    public var isLoaded: Bool
    /// klp_object.patched.
    public var isPatched: Bool
    /// klp_callbacks.post_unpatch_enabled: pre_patch succeeded, or is not defined.
    public var isPrepared: Bool
    /// klp_object.dynamic: made for functions that a replace patch has to restore; it has no callbacks.
    public var isDynamic: Bool

    /// Puts a `ObjectState` together from its parts.
    public init(
        name: String, isLoaded: Bool, isPatched: Bool = false, isPrepared: Bool = false, isDynamic: Bool = false
    ) {
        self.name = name
        self.isLoaded = isLoaded
        self.isPatched = isPatched
        self.isPrepared = isPrepared
        self.isDynamic = isDynamic
    }
}
