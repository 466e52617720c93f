/// What distinguishes one generation from another, policy by policy. The engine reads policies, never names.
public struct Policies: Hashable, Sendable {
    /// How tasks get from the old code to the new.
    public enum Consistency: Hashable, Sendable {
        /// All at once when ftrace is switched; an enable has no completion (before 4.12).
        case immediate
        /// Task by task, in a transition (klp_transition_patch).
        case perTask
    }
    /// When `'P': patching complete` is printed.
    public enum CompletionNotice: Hashable, Sendable {
        /// Before klp_complete_transition runs, and not for a cancelled enable (4.12).
        case beforeCleanUp
        /// At the end of klp_complete_transition, after the callbacks.
        case afterCallbacks
    }
    /// Whose callbacks run.
    public enum CallbackOwner: Hashable, Sendable { case nobody, objects }
    /// In which order patches may be enabled and disabled.
    public enum StackOrder: Hashable, Sendable {
        /// Last enabled, first disabled; otherwise -EBUSY without a line (__klp_disable_patch before 5.1).
        case enforced
        /// Any order.
        case free
    }
    /// What becomes of a disabled patch.
    public enum DisabledPatch: Hashable, Sendable {
        /// It stays registered and may be enabled again through sysfs.
        case staysRegistered
        /// It is freed; only loading its module again enables it.
        case isFreed
    }
    /// What `klp_patch.replace` does.
    public enum Replace: Hashable, Sendable {
        /// The field does not exist.
        case absent
        /// At completion all patches enabled earlier are unpatched without callbacks (klp_complete_transition).
        case atomic
    }
    /// How the states of patches restrict each other.
    public enum StateCompatibility: Hashable, Sendable {
        /// struct klp_state does not exist.
        case absent
        /// klp_is_patch_compatible: same id needs the same or a newer version; a replace patch needs every state.
        case versions
    }
    /// Who signals the tasks that hold up a transition.
    public enum Signals: Hashable, Sendable {
        /// Nobody.
        case none
        /// Whoever writes to the `signal` file.
        case manual
        /// klp_try_complete_transition after 15 rounds.
        case automatic
    }

    /// What the shadow variable API is.
    public enum ShadowVariables: Hashable, Sendable {
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
    /// Who signals the tasks that hold up a transition.
    public var signals: Signals
    /// What the shadow variable API is.
    public var shadowVariables: ShadowVariables
}

extension Generation {
    /// The policies of the generation: the table that makes a generation.
    public var policies: Policies {
        switch self {
        case .linux40:
            Policies(
                consistency: .immediate, completionNotice: .beforeCleanUp, callbackOwner: .nobody,
                stackOrder: .enforced, disabledPatch: .staysRegistered, replace: .absent,
                stateCompatibility: .absent, signals: .none, shadowVariables: .absent)
        case .linux412:
            Policies(
                consistency: .perTask, completionNotice: .beforeCleanUp, callbackOwner: .nobody,
                stackOrder: .enforced, disabledPatch: .staysRegistered, replace: .absent,
                stateCompatibility: .absent, signals: .none, shadowVariables: .absent)
        case .linux415:
            Policies(
                consistency: .perTask, completionNotice: .afterCallbacks, callbackOwner: .objects,
                stackOrder: .enforced, disabledPatch: .staysRegistered, replace: .absent,
                stateCompatibility: .absent, signals: .none, shadowVariables: .copiesData)
        case .linux416:
            Policies(
                consistency: .perTask, completionNotice: .afterCallbacks, callbackOwner: .objects,
                stackOrder: .enforced, disabledPatch: .staysRegistered, replace: .absent,
                stateCompatibility: .absent, signals: .manual, shadowVariables: .constructors)
        case .linux51:
            Policies(
                consistency: .perTask, completionNotice: .afterCallbacks, callbackOwner: .objects,
                stackOrder: .free, disabledPatch: .isFreed, replace: .atomic,
                stateCompatibility: .absent, signals: .automatic, shadowVariables: .constructors)
        case .linux55:
            Policies(
                consistency: .perTask, completionNotice: .afterCallbacks, callbackOwner: .objects,
                stackOrder: .free, disabledPatch: .isFreed, replace: .atomic,
                stateCompatibility: .versions, signals: .automatic, shadowVariables: .constructors)
        }
    }
}
