// The part of a desktop's panel that a measurement needs: it lets icons register, and clicks on them.
import dbus from '@homebridge/dbus-native';

const name = 'org.kde.StatusNotifierWatcher';
const description = {
  name,
  methods: { RegisterStatusNotifierItem: ['s', ''], RegisterStatusNotifierHost: ['s', ''] },
  properties: {
    RegisteredStatusNotifierItems: 'as',
    IsStatusNotifierHostRegistered: 'b',
    ProtocolVersion: 'i',
  },
  signals: {},
};

/** Opens a panel on the bus at `address`. */
export async function openPanel(address) {
  const bus = dbus.sessionBus({ busAddress: address });
  let registered = () => {};
  let latest;
  const panel = {
    RegisteredStatusNotifierItems: [],
    IsStatusNotifierHostRegistered: true,
    ProtocolVersion: 0,
    RegisterStatusNotifierItem(item) {
      latest = item;
      registered();
    },
    RegisterStatusNotifierHost() {},
  };
  bus.exportInterface(panel, '/StatusNotifierWatcher', description);
  await new Promise((done, failed) => bus.requestName(name, 0, (error) => (error ? failed(error) : done())));
  return {
    /** Waits until the next icon registers. */
    nextIcon: () => new Promise((resolve) => (registered = resolve)),
    /** Clicks on the icon that registered last: an app may make its icon anew. */
    activate: () =>
      bus.invoke(
        {
          destination: latest,
          path: '/StatusNotifierItem',
          interface: 'org.kde.StatusNotifierItem',
          member: 'Activate',
          signature: 'ii',
          body: [0, 0],
        },
        () => {},
      ),
    close: () => bus.connection.end(),
  };
}
