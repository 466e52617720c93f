import ReferenceEngine

extension RuleID {
    /// The rule in words.
    public var rule: Rule {
        switch self {
        case .oneTransitionAtATime: .oneTransitionAtATime
        case .patchingBeginsWithEnabling: .patchingBeginsWithEnabling
        case .unpatchingNeedsEnabledPatch: .unpatchingNeedsEnabledPatch
        case .completionKeepsDirection: .completionKeepsDirection
        case .completionNeedsStart: .completionNeedsStart
        case .completionIsWhole: .completionIsWhole
        case .transitionIsInitialised: .transitionIsInitialised
        case .initialisationFollowsEnabling: .initialisationFollowsEnabling
        case .enablingOfEnabledPatch: .enablingOfEnabledPatch
        case .failedEnableIsCancelled: .failedEnableIsCancelled
        case .failedEnableHasCause: .failedEnableHasCause
        case .cancellingOnlyBeforeStart: .cancellingOnlyBeforeStart
        case .reversalNeedsTransition: .reversalNeedsTransition
        case .reversalRunsNoPreCallbacks: .reversalRunsNoPreCallbacks
        case .sectionEndsWithStart: .sectionEndsWithStart
        case .stackOrder: .stackOrder
        case .forceNeedsTransition: .forceNeedsTransition
        case .signalNeedsTransition: .signalNeedsTransition
        case .prePatchForEveryObject: .prePatchForEveryObject
        case .oneObjectOrder: .oneObjectOrder
        case .postPatchAtCompletion: .postPatchAtCompletion
        case .preUnpatchBeforeStart: .preUnpatchBeforeStart
        case .postUnpatchAtCompletion: .postUnpatchAtCompletion
        case .postUnpatchNeedsPrePatch: .postUnpatchNeedsPrePatch
        case .postUnpatchForEveryObject: .postUnpatchForEveryObject
        case .postPatchNeedsPrePatch: .postPatchNeedsPrePatch
        case .preUnpatchNeedsPostPatch: .preUnpatchNeedsPostPatch
        case .nothingAfterFailedPrePatch: .nothingAfterFailedPrePatch
        case .noPrePatchAfterFailure: .noPrePatchAfterFailure
        case .undoneAfterFailure: .undoneAfterFailure
        case .callbackOfAbsentModule: .callbackOfAbsentModule
        case .callbacksComeInPairs: .callbacksComeInPairs
        case .moduleStateLabel: .moduleStateLabel
        case .applyBeforeModuleInit: .applyBeforeModuleInit
        case .comingModuleIsPatched: .comingModuleIsPatched
        case .noPostPatchInTransition: .noPostPatchInTransition
        case .failureRefusesModule: .failureRefusesModule
        case .refusalRevertsOthers: .refusalRevertsOthers
        case .noRevertByFailedPatch: .noRevertByFailedPatch
        case .revertNeedsApply: .revertNeedsApply
        case .applyOnce: .applyOnce
        case .moduleExitBeforeRevert: .moduleExitBeforeRevert
        case .goingModuleIsUnpatched: .goingModuleIsUnpatched
        case .noPreUnpatchInTransition: .noPreUnpatchInTransition
        case .patchesInOrderOfEnabling: .patchesInOrderOfEnabling
        case .replacedPatchIsSilent: .replacedPatchIsSilent
        case .statesDecideCompatibility: .statesDecideCompatibility
        case .disableIsBlocked: .disableIsBlocked
        case .newStatesAreSetUp: .newStatesAreSetUp
        case .obsoleteStatesAreUndone: .obsoleteStatesAreUndone
        case .statesAreUndoneOnDisable: .statesAreUndoneOnDisable
        case .failedStatesAreUndone: .failedStatesAreUndone
        case .destructorFollowsRelease: .destructorFollowsRelease
        case .statesAreTakenOver: .statesAreTakenOver
        case .warningInStates: .warningInStates
        case .variableIsFoundUntilFreed: .variableIsFoundUntilFreed
        case .duplicateShadowVariable: .duplicateShadowVariable
        case .existingVariableIsReturned: .existingVariableIsReturned
        case .constructorRunsOnce: .constructorRunsOnce
        case .failedConstructorLeavesNothing: .failedConstructorLeavesNothing
        case .freeDestroysOnce: .freeDestroysOnce
        case .freeAllTakesOneID: .freeAllTakesOneID
        case .variablesAreIndependent: .variablesAreIndependent
        case .typeIsRegistered: .typeIsRegistered
        case .typesHaveUsers: .typesHaveUsers
        case .sectionsDoNotInterleave: .sectionsDoNotInterleave
        case .oneNamePerSection: .oneNamePerSection
        case .kernelWarning: .kernelWarning
        case .oneDialectPerBoot: .oneDialectPerBoot
        }
    }
}
