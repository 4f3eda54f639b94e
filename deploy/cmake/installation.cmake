# What `cmake --install build/release --prefix DIR` puts where, besides what plug-ins are built with (adapters/abi).
#
#   --component gateway      bin/weir, share/weir/config, share/weir/systemd, share/doc/weir: to run it
#   --component adapter_abi  include/weir, share/cmake/Weir, share/pkgconfig, share/weir/examples: to write plug-ins for it
#
# DIR may be moved afterwards, and DESTDIR works: nothing that is installed knows where it is.
include(GNUInstallDirs)
install(TARGETS weir RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT gateway)
install(FILES deploy/config/quickstart.toml deploy/config/weir.example.toml
  DESTINATION "${CMAKE_INSTALL_DATADIR}/weir/config" COMPONENT gateway)
install(FILES deploy/systemd/weir.service DESTINATION "${CMAKE_INSTALL_DATADIR}/weir/systemd" COMPONENT gateway)

# Documents keep their folders, so that their links lead somewhere.
set(documents
  README.md LICENSE protocol/native/SPEC.md tests/conformance/adapters/README.md
  deploy/docs/ADMIN.md deploy/docs/CHANGELOG.md deploy/docs/CONFIGURATION.md deploy/docs/METRICS.md
  deploy/docs/RUNNING.md deploy/docs/SCALING.md tests/attack/README.md tests/bench/README.md tests/support/README.md
  adapters/amqp/STREAMS.md
  adapters/abi/ABI.md adapters/examples/README.md adapters/examples/clock/README.md adapters/examples/hello/README.md)
foreach(adapter IN ITEMS amqp host mqtt nats redis replay streams tcp)
  if(EXISTS "${PROJECT_SOURCE_DIR}/adapters/${adapter}/README.md")
    list(APPEND documents "adapters/${adapter}/README.md")
  endif()
endforeach()
foreach(document IN LISTS documents)
  get_filename_component(folder "${document}" DIRECTORY)
  install(FILES "${document}" DESTINATION "${CMAKE_INSTALL_DOCDIR}/${folder}" COMPONENT gateway)
endforeach()

install(DIRECTORY adapters/examples/clock adapters/examples/hello
  DESTINATION "${CMAKE_INSTALL_DATADIR}/weir/examples" COMPONENT adapter_abi PATTERN build EXCLUDE)
install(PROGRAMS adapters/examples/feeder.mjs adapters/examples/feeder.py adapters/examples/quotes_feeder.py
  DESTINATION "${CMAKE_INSTALL_DATADIR}/weir/examples" COMPONENT adapter_abi)
