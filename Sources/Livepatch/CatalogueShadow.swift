extension Catalogue {
    /// kernel/livepatch/shadow.c.
    static let shadow: [Message] = [
        Message(
            .shadowDuplicate, .warning, .since(.linux415), "Duplicate shadow variable <{shadowObject}, {shadowID}>",
            in: "__klp_shadow_get_or_alloc"),
        Message(
            .shadowConstructorFailed, .error, .since(.linux416),
            "livepatch: Failed to construct shadow variable <{shadowObject}, {shadowID}> ({number})",
            in: "__klp_shadow_get_or_alloc since 4.18"),
        Message(
            .shadowTypeUnknown, .error, .only(.shadowTypes2022),
            "livepatch: Trying to get shadow variable of non-registered type: {number}", in: "klp_shadow_get"),
        Message(
            .shadowTypeKnownAlready, .error, .only(.shadowTypes2022),
            "livepatch: Trying to register shadow variable type that is already registered: {number}",
            in: "klp_shadow_register"),
        Message(
            .shadowTypeNotKnown, .error, .only(.shadowTypes2022),
            "livepatch: Trying to unregister shadow variable type that is not registered: {number}",
            in: "klp_shadow_unregister"),
        Message(
            .shadowTypeLost, .error, .only(.shadowTypes2022),
            "livepatch: Can't find shadow variable type registration: {number}", in: "klp_shadow_unregister"),
    ]

    /// test_klp_shadow_vars: its wrappers print after the call has returned, its constructor and destructor within it.
    static let shadowTest: [Message] = [
        Message(
            .shadowGet, .info, .since(.linux416),
            "{module}: klp_shadow_get(obj={shadowObject}, id=0x{shadowID}) = {shadowData}", in: shadowTestName),
        Message(
            .shadowAlloc, .info, .since(.linux416), "{module}: klp_shadow_alloc(\(allocation)", in: shadowTestName),
        Message(
            .shadowGetOrAlloc, .info, .since(.linux416), "{module}: klp_shadow_get_or_alloc(\(allocation)",
            in: shadowTestName),
        Message(
            .shadowFree, .info, .since(.linux416),
            "{module}: klp_shadow_free(obj={shadowObject}, id=0x{shadowID}, dtor={destructor})", in: shadowTestName),
        Message(
            .shadowFreeAll, .info, .since(.linux416),
            "{module}: klp_shadow_free_all(id=0x{shadowID}, dtor={destructor})", in: shadowTestName),
        Message(
            .shadowConstructor, .info, .since(.linux416), "{module}: shadow_ctor: {shadowData} -> {shadowContent}",
            in: shadowTestName),
        Message(
            .shadowDestructor, .info, .since(.linux416),
            "{module}: shadow_dtor(obj={shadowObject}, shadow_data={shadowData})", in: shadowTestName),
        Message(
            .shadowNotFound, .info, .since(.linux416), "{module}:   got expected NULL result", in: shadowTestName),
        Message(
            .shadowFound, .info, .since(.linux416),
            "{module}:   got expected {shadowData} -> {shadowContent} result", in: shadowTestName),
    ]

    /// livepatch_shadow_mod, which leaks memory and prints without its name, and livepatch_shadow_fix1 and _fix2, which
    /// save the pointer in a shadow variable of the dummy (samples/livepatch).
    static let shadowSamples: [Message] = [
        Message(
            .dummyAllocated, .info, .since(.linux415), "dummy_alloc: dummy @ {shadowObject}, expires @ {pointer}",
            in: "livepatch_shadow_mod"),
        Message(
            .dummyFreed, .info, .since(.linux415), "dummy_free: dummy @ {shadowObject}, expired = {pointer}",
            in: "livepatch_shadow_mod"),
        Message(
            .dummiesChecked, .info, .since(.linux415), "cleanup_work_func: jiffies = {pointer}",
            in: "livepatch_shadow_mod"),
        Message(
            .leakSaved, .info, .since(.linux415),
            "{module}: {name}_dummy_alloc: dummy @ {shadowObject}, expires @ {pointer}", in: "livepatch_shadow_fix1"),
        Message(
            .leakNotSaved, .error, .since(.linux416),
            "{module}: {name}_dummy_alloc: failed to allocate shadow variable for the leaking pointer: "
                + "dummy @ {shadowObject}, leak @ {shadowContent}", in: "livepatch_shadow_fix1"),
        Message(
            .leakPrevented, .info, .since(.linux416),
            "{module}: {name}_dummy_leak_dtor: dummy @ {shadowObject}, prevented leak @ {shadowContent}",
            in: "livepatch_shadow_fix1, livepatch_shadow_fix2 since 4.18"),
        Message(
            .leakNotFound, .info, .since(.linux415), "{module}: {name}_dummy_free: dummy @ {shadowObject} leaked!",
            in: "livepatch_shadow_fix1, livepatch_shadow_fix2"),
        Message(
            .counterFound, .info, .since(.linux415),
            "{module}: {name}_dummy_free: dummy @ {shadowObject}, check counter = {number}",
            in: "livepatch_shadow_fix2"),
    ]

    private static let shadowTestName = "test_klp_shadow_vars"
    private static let allocation =
        "obj={shadowObject}, id=0x{shadowID}, size={shadowSize}, gfp_flags={shadowFlags}), "
        + "ctor={constructor}, ctor_data={constructorData} = {shadowData}"
}
