extension Catalogue {
    /// kernel/livepatch/core.c. Seen in 4.0, 4.12, 4.15, 5.1, 6.1, 6.12 and, running, in 5.10 to 7.2.
    static let core: [Message] = [
        Message(.enabling, .notice, .all, "livepatch: enabling patch '{patch}'", in: "__klp_enable_patch"),
        Message(
            .disabling, .notice, .only(.linux40), "livepatch: disabling patch '{patch}'", in: "__klp_disable_patch"),
        Message(
            .enableFailed, .warning, .since(.linux412), "livepatch: failed to enable patch '{patch}'",
            in: "__klp_enable_patch"),
        Message(
            .prePatchFailed, .warning, .since(.linux415),
            "livepatch: pre-patch callback failed for object '{object}'", in: "__klp_enable_patch, klp_module_coming"),
        Message(
            .patchObjectFailed, .warning, .since(.linux415), "livepatch: failed to patch object '{object}'",
            in: "__klp_enable_patch"),
        Message(
            .incompatible, .error, .since(.linux55).and(.features2019),
            "livepatch: Livepatch patch ({patch}) is not compatible with the already installed livepatches.",
            in: "klp_enable_patch"),
        Message(
            .disableBlocked, .error, .withStateCallbacks,
            "livepatch: The livepatch '{patch}' does not support disable", in: "enabled_store"),
        Message(
            .notMarked, .error, .since(.linux40), "livepatch: module {patch} is not marked as a livepatch module",
            in: "klp_enable_patch"),
        Message(
            .noReliableStacks, .error, .since(.linux412),
            "livepatch: This architecture doesn't have support for the livepatch consistency model.",
            in: "klp_register_patch, klp_enable_patch"),
        Message(
            .mayNeverComplete, .warning, .since(.linux51), "livepatch: The livepatch transition may never complete.",
            in: "klp_enable_patch"),
        Message(
            .compilerTooOld, .info, .before(.linux55), "livepatch: Your compiler is too old; turning off.",
            in: "klp_init"),
        Message(
            .coreTaint, .notice, .only(.linux40), "livepatch: tainting kernel with TAINT_LIVEPATCH",
            in: "__klp_enable_patch before 4.9"),
        Message(
            .applying, .notice, .all, "livepatch: applying patch '{patch}' to loading module '{module}'",
            in: "klp_module_coming"),
        Message(
            .reverting, .notice, .all, "livepatch: reverting patch '{patch}' on unloading module '{module}'",
            in: "klp_cleanup_module_patches_limited"),
        Message(
            .initializeFailed, .warning, .all,
            "livepatch: failed to initialize patch '{patch}' for module '{module}' ({number})",
            in: "klp_module_coming"),
        Message(
            .applyFailed, .warning, .all,
            "livepatch: failed to apply patch '{patch}' to module '{module}' ({number})", in: "klp_module_coming"),
        Message(
            .revertFailed, .warning, .only(.linux40),
            "livepatch: failed to revert patch '{patch}' on module '{module}' ({number})",
            in: "klp_module_notify_going, 4.0"),
        Message(
            .refusing, .warning, .all,
            "livepatch: patch '{patch}' failed for module '{module}', refusing to load module '{module}'",
            in: "klp_module_coming since 4.6"),
        Message(
            .invalidModuleName, .error, .since(.linux55), "livepatch: vmlinux.ko: invalid module name",
            in: "klp_module_coming since 5.8"),
        Message(
            .symbolNotFound, .error, .all, "livepatch: symbol '{name}' not found in symbol table",
            in: "klp_find_object_symbol"),
        Message(
            .symbolAmbiguous, .error, .only(.linux40),
            "livepatch: unresolvable ambiguity ({number} matches) on symbol '{name}' in object '{object}'",
            in: "klp_find_object_symbol before 4.5"),
        Message(
            .symbolAmbiguous, .error, .all,
            "livepatch: unresolvable ambiguity for symbol '{name}' in object '{object}'",
            in: "klp_find_object_symbol since 4.5"),
        Message(
            .symbolPositionNotFound, .error, .all,
            "livepatch: symbol position {number} for symbol '{name}' in object '{object}' not found",
            in: "klp_find_object_symbol since 4.5"),
        Message(
            .symbolAddressMismatch, .error, .only(.linux40),
            "livepatch: symbol '{name}' not found at specified address {pointer}, kernel mismatch?",
            in: "klp_verify_vmlinux_symbol before 4.5"),
        Message(
            .relocationFailed, .error, .only(.linux40),
            "livepatch: relocation failed for symbol '{name}' at {pointer} ({number})",
            in: "klp_write_object_relocations before 4.7"),
        Message(
            .externalSymbolPosition, .error, .only(.linux40),
            "livepatch: non-zero sympos for external reloc symbol '{name}' is not supported",
            in: "klp_write_object_relocations, 4.5 and 4.6"),
        Message(
            .symbolNotMarked, .error, .all, "livepatch: symbol {name} is not marked as a livepatch symbol",
            in: "klp_resolve_symbols since 4.7"),
        Message(
            .symbolNotMarked, .error, .since(.linux55),
            "livepatch: symbol {name} at {text} is not marked as a livepatch symbol", in: "klp_resolve_symbols, 7.2"),
        Message(
            .symbolMalformed, .error, .all, "livepatch: symbol {name} has an incorrectly formatted name",
            in: "klp_resolve_symbols since 4.7"),
        Message(
            .sectionMalformed, .error, .all, "livepatch: section {name} has an incorrectly formatted name",
            in: "klp_apply_section_relocs since 4.7"),
        Message(
            .vmlinuxSymbolInModule, .error, .since(.linux55),
            "livepatch: invalid access to vmlinux symbol '{name}' from module-specific livepatch relocation section",
            in: "klp_resolve_symbols since 5.8"),
        Message(
            .replacementSizeLookupFailed, .error, .since(.linux412),
            "livepatch: kallsyms size lookup failed for '{name}' replacement", in: "klp_init_object_loaded"),
        Message(
            .sizeLookupFailed, .error, .since(.linux412), "livepatch: kallsyms size lookup failed for '{name}'",
            in: "klp_init_object_loaded"),
    ]
}
