/// What distinguishes one generation from another, policy by policy. The engine reads policies, never names.
public struct Policies: Hashable, Sendable {
    /// How tasks get from the old code to the new.
    public enum Consistency: Hashable, Sendable, CaseIterable {
        /// All at once when ftrace is switched; an enable has no completion (before 4.12).
        case immediate
        /// Task by task, in a transition (klp_transition_patch).
        case perTask
    }
    /// When `'P': patching complete` is printed.
    public enum CompletionNotice: Hashable, Sendable, CaseIterable {
        /// Before klp_complete_transition runs, and not for a cancelled enable (4.12).
        case beforeCleanUp
        /// At the end of klp_complete_transition, after the callbacks.
        case afterCallbacks
    }
    /// Whose callbacks run.
    public enum CallbackOwner: Hashable, Sendable, CaseIterable {
        /// There are none.
        case nobody
        /// Those of the patch's objects (struct klp_callbacks).
        case objects
        /// Those of the patch's states, of which each runs when the first patch brings its state and when the last one takes it away
        /// (struct klp_state_callbacks, states-2023).
        case states
    }
    /// In which order patches may be enabled and disabled.
    public enum StackOrder: Hashable, Sendable, CaseIterable {
        /// Last enabled, first disabled; otherwise -EBUSY without a line (__klp_disable_patch before 5.1).
        case enforced
        /// Any order.
        case free
    }
    /// What becomes of a disabled patch.
    public enum DisabledPatch: Hashable, Sendable, CaseIterable {
        /// It stays registered and may be enabled again through sysfs.
        case staysRegistered
        /// It is freed; only loading its module again enables it.
        case isFreed
    }
    /// What `klp_patch.replace` does.
    public enum Replace: Hashable, Sendable, CaseIterable {
        /// The field does not exist.
        case absent
        /// At completion of a patch that says so all patches enabled earlier are unpatched without callbacks
        /// (klp_complete_transition).
        case atomic
        /// The same at completion of every patch, for those of its own set (klp_patch.replace_set, replace-set-2026).
        case withinSet
    }
    /// How the states of patches restrict each other.
    public enum StateCompatibility: Hashable, Sendable, CaseIterable {
        /// struct klp_state does not exist.
        case absent
        /// klp_is_patch_compatible: same id needs the same or a newer version; a patch needs every state of those it replaces.
        case versions
        /// A patch that replaces has to know every feature that some callback has allocated and not freed, in its version or a newer
        /// one (struct klp_feature, features-2019).
        case currentFeatures
        /// A patch needs those states of the patches it replaces that cannot be disabled, and no patch that has such a state can be
        /// disabled itself (klp_state.block_disable, states-2023).
        case blockedStates
    }
    /// What becomes of the states that a replace patch disabled when its transition is turned round.
    public enum ReversedReplace: Hashable, Sendable, CaseIterable {
        /// They stay disabled (klp_complete_transition, states-2023).
        case leavesStatesDisabled
        /// They are enabled again before its own states are released (klp_states_post_patch_replaced, states-2025).
        case enablesStatesAgain
    }
    /// When the states of a patch that cannot be enabled are released.
    public enum FailedStates: Hashable, Sendable, CaseIterable {
        /// Where the failure is met, before a line says so (klp_setup_states, states-2023).
        case areReleasedAtOnce
        /// When the transition is cancelled (klp_complete_transition, states-2025).
        case areReleasedWhenCancelled
    }
    /// Who ends the life of shadow variables, besides whoever calls klp_shadow_free.
    public enum ShadowOwner: Hashable, Sendable, CaseIterable {
        /// Nobody: they outlive livepatches.
        case nobody
        /// The registered types of the objects' variables: when the last user of a type goes (klp_shadow_unregister,
        /// shadow-types-2022).
        case registeredTypes
        /// The state of the same id, whenever it may be released, even if it never was set up (klp_release_states, states-2023).
        case anyState
        /// The state of the same id, if it was set up (klp_states_post_unpatch, states-2025).
        case preparedState
    }
    /// Who signals the tasks that hold up a transition.
    public enum Signals: Hashable, Sendable, CaseIterable {
        /// Nobody.
        case none
        /// Whoever writes to the `signal` file.
        case manual
        /// klp_try_complete_transition after 15 rounds.
        case automatic
    }

    /// Which modules a force keeps from ever being removed (klp_force_transition).
    public enum ForcePins: Hashable, Sendable, CaseIterable {
        /// There is no force.
        case nobody
        /// Every patch that is enabled then or later, for one flag, which nobody resets, stands for all (klp_forced, 4.16).
        case everyPatchFromThenOn
        /// Every patch that is listed then (klp_patch.forced, 5.1 to 5.10 at least).
        case everyPatch
        /// A patch whose code tasks may still run: the one that is unpatched, or those that a replace patch replaces.
        case patchesLeftBehind
    }
    /// Whether writing 0 to kernel.ftrace_enabled is refused while a function is patched, and a patch while it is 0.
    public enum FtraceSwitch: Hashable, Sendable, CaseIterable {
        /// No: the switch disables livepatches silently.
        case ignored
        /// Yes (FTRACE_OPS_FL_PERMANENT, since 5.5).
        case respected
    }
    /// Which files of a patch's directory in sysfs an operator writes to.
    public enum OperatorFiles: Hashable, Sendable, CaseIterable {
        /// `enabled`: 0 disables, 1 enables, and the other value turns a transition round (enabled_store).
        case enabled
        /// `unregister` disables for good, `transition` turns round; a patch is enabled by loading it (stackless-2018).
        case unregisterAndTransition
    }
    /// What becomes of a patch that does not replace and patches a function that is patched already.
    public enum TouchedFunctions: Hashable, Sendable, CaseIterable {
        /// Its implementation goes on top of the function's stack (klp_ops.func_stack).
        case areStacked
        /// It is refused, with -EBUSY and without a line (a variant of stackless-2018; the error is ours).
        case areRefused
    }
    /// What the shadow variable API is.
    public enum ShadowVariables: Hashable, Sendable, CaseIterable {
        /// It does not exist.
        case absent
        /// Data are copied into a new variable; there are no constructors and destructors (4.15 to 4.17).
        case copiesData
        /// A constructor fills a new variable, a destructor is told of its end (since 4.18).
        case constructors
    }

    /// How tasks get from the old code to the new.
    public var consistency: Consistency
    /// When the end of a transition is announced.
    public var completionNotice: CompletionNotice
    /// Whose callbacks run.
    public var callbackOwner: CallbackOwner
    /// In which order patches may be enabled and disabled.
    public var stackOrder: StackOrder
    /// What becomes of a disabled patch.
    public var disabledPatch: DisabledPatch
    /// What `klp_patch.replace` does.
    public var replace: Replace
    /// How the states of patches restrict each other.
    public var stateCompatibility: StateCompatibility
    /// What becomes of the states that a reversed replace patch disabled.
    public var reversedReplace: ReversedReplace
    /// When the states of a patch that cannot be enabled are released.
    public var failedStates: FailedStates
    /// Who ends the life of shadow variables.
    public var shadowOwner: ShadowOwner
    /// Who signals the tasks that hold up a transition.
    public var signals: Signals
    /// Which modules a force keeps from ever being removed.
    public var forcePins: ForcePins
    /// What kernel.ftrace_enabled has to do with livepatches.
    public var ftraceSwitch: FtraceSwitch
    /// What the shadow variable API is.
    public var shadowVariables: ShadowVariables
    /// Which files an operator writes to.
    public var operatorFiles: OperatorFiles
    /// What becomes of a patch that patches what another does.
    public var touchedFunctions: TouchedFunctions
}

extension Policies {
    /// Those of the first kernels with livepatch.
    static let first = Policies(
        consistency: .immediate, completionNotice: .beforeCleanUp, callbackOwner: .nobody, stackOrder: .enforced,
        disabledPatch: .staysRegistered, replace: .absent, stateCompatibility: .absent,
        reversedReplace: .enablesStatesAgain, failedStates: .areReleasedWhenCancelled, shadowOwner: .nobody,
        signals: .none, forcePins: .nobody, ftraceSwitch: .ignored, shadowVariables: .absent,
        operatorFiles: .enabled, touchedFunctions: .areStacked)

    /// These with changes.
    func but(_ change: (inout Policies) -> Void) -> Policies {
        var result = self
        change(&result)
        return result
    }
}

extension Policies {
    /// A policy that has another value.
    public struct Difference: Hashable, Sendable {
        /// The policy, as its property is called.
        public let policy: String
        /// Its value here.
        public let here: String
        /// Its value there.
        public let there: String
    }

    /// The policies in which these differ from others, in the order of the table.
    public func differences(from others: Policies) -> [Difference] {
        zip(Mirror(reflecting: self).children, Mirror(reflecting: others).children).compactMap { own, other in
            let (here, there) = ("\(own.value)", "\(other.value)")
            return here == there ? nil : Difference(policy: own.label ?? "", here: here, there: there)
        }
    }
}
